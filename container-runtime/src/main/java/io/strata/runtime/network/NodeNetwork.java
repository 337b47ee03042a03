package io.strata.runtime.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Network namespaces of this node's containers, their addresses, and the ports published for them. */
public interface NodeNetwork {
    /** A port of a container offered on the node. {@code hostPort} 0 asks for a free one; {@code protocol} tcp or udp. */
    record PublishedPort(int containerPort, String protocol, String hostIp, int hostPort) {}

    /** One network's end in the container. Addresses are null when there are none. */
    record Endpoint(
            String networkName,
            String networkId,
            String endpointId,
            String ipAddress,
            int prefixLength,
            String gateway,
            String macAddress,
            List<String> aliases) {}

    /**
     * What a container has. {@code namespace} is the path to join ({@code /run/netns/…}), empty for the host's own.
     * {@code ports} have their host ports found, one entry for each address they are bound to.
     */
    record Connected(Optional<Path> namespace, List<Endpoint> endpoints, List<PublishedPort> ports) {}

    /**
     * Gives the container its namespace, connects it and publishes its ports; again after a crash it is as before.
     *
     * @param mode {@code bridge}, {@code host}, {@code none}, {@code container:<id>} or a network's name or id
     * @throws PortTakenException with Docker's words, and nothing is left connected
     */
    Connected connect(String containerId, String mode, Map<String, List<String>> aliases, List<PublishedPort> ports)
            throws IOException;

    /** Undoes {@link #connect}; what is not there is no error. */
    void disconnect(String containerId) throws IOException;

    /** What {@link #connect} gave, found again by a service that has just started; also listens on its ports again. */
    Optional<Connected> find(String containerId) throws IOException;

    /** Bytes, packets, errors by interface inside the container: {@code rx_bytes}, {@code tx_bytes}, … */
    Map<String, Map<String, Long>> counters(String containerId) throws IOException;
}
