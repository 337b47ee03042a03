package io.strata.runtime.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Network namespaces of this node's containers, their addresses, and the ports published for them. A container is
 * connected while it runs: {@link #connect} before its process is made, {@link #disconnect} when that has ended.
 */
public interface NodeNetwork {
    /**
     * What a container asks for.
     *
     * @param folder      of the container on this node; its {@code hosts}, {@code hostname} and {@code resolv.conf} go there
     * @param mode        {@code default}, {@code bridge}, {@code host}, {@code none}, {@code container:<id>} or a network's
     *                    name or id
     * @param attachments what the user said about that network (aliases, address), and further networks
     */
    record Request(
            String containerId,
            String containerName,
            Path folder,
            String mode,
            List<Attachment> attachments,
            List<PortRequest> ports,
            Names names) {}

    /** One entry of the Engine API's {@code EndpointsConfig}; {@code network} is a name or an id. */
    record Attachment(String network, List<String> aliases, Optional<String> ipAddress, Optional<String> macAddress) {}

    /** What the container's own {@code hostname}, {@code hosts} and {@code resolv.conf} say. Empty: the node's. */
    record Names(
            String hostname,
            String domainname,
            List<String> dns,
            List<String> dnsSearch,
            List<String> dnsOptions,
            List<String> extraHosts) {}

    /**
     * A port to offer on the node. {@code hostIp} may be empty: every address, IPv4 and IPv6. The host port is the first
     * free one from {@code hostPort} to {@code lastHostPort}; 0 leaves the choice to the node.
     *
     * @param protocol {@code tcp} or {@code udp}
     */
    record PortRequest(int containerPort, String protocol, String hostIp, int hostPort, int lastHostPort) {}

    /** A port of a container as it is offered on one address of the node. */
    record PublishedPort(int containerPort, String protocol, String hostIp, int hostPort) {}

    /** One network's end in the container. Addresses are empty strings when there are none. */
    record Endpoint(
            String networkName,
            String networkId,
            String endpointId,
            String interfaceName,
            String ipAddress,
            int prefixLength,
            String gateway,
            String macAddress,
            List<String> aliases,
            List<String> dnsNames) {}

    /**
     * What a container has. {@code namespace} is the path to join, empty for the host's own. {@code ports} have their host
     * ports found, one entry for each address they are bound to. The three files are to be bound over those of
     * {@code /etc}.
     */
    record Connected(
            Optional<Path> namespace,
            List<Endpoint> endpoints,
            List<PublishedPort> ports,
            Path hosts,
            Path hostname,
            Path resolvConf) {}

    /**
     * Gives the container its namespace, connects it and publishes its ports; again after a crash it is as before.
     *
     * @throws PortTakenException with Docker's words, and nothing is left connected
     * @throws NetworkException   for a network that is not there, an address that cannot be had
     */
    Connected connect(Request request) throws IOException;

    /** Undoes {@link #connect}; what is not there is no error. */
    void disconnect(String containerId) throws IOException;

    /** The container is removed: what {@code docker network connect} said about it is forgotten too. */
    void forget(String containerId) throws IOException;

    /** What {@link #connect} gave, found again by a service that has just started; also listens on its ports again. */
    Optional<Connected> find(String containerId) throws IOException;

    /** Bytes, packets, errors by interface inside the container: {@code rx_bytes}, {@code tx_bytes}, … */
    Map<String, Map<String, Long>> counters(String containerId) throws IOException;
}
