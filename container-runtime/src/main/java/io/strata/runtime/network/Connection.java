package io.strata.runtime.network;

import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a connected container has, as it lies in the home.
 *
 * @param namespace path; empty for the node's own
 * @param owner     whether the namespace ends with this connection: not when it is another container's
 * @param folder    where the container's three files are
 */
record Connection(
        String containerId,
        String containerName,
        String hostname,
        String namespace,
        boolean owner,
        String folder,
        List<Link> links,
        List<PublishedPort> ports) {
    /** @param hostEnd the interface on this machine at the other end of the container's; empty for networks without */
    record Link(String networkId, String hostEnd, Endpoint endpoint) {}

    Connected connected() {
        Path files = Path.of(folder);
        return new Connected(
                namespace.isEmpty() ? Optional.empty() : Optional.of(Path.of(namespace)),
                links.stream().map(Link::endpoint).toList(),
                ports,
                files.resolve(HostFiles.HOSTS),
                files.resolve(HostFiles.HOSTNAME),
                files.resolve(HostFiles.RESOLV_CONF));
    }

    Optional<Link> link(String networkId) {
        return links.stream().filter(link -> link.networkId().equals(networkId)).findFirst();
    }

    /** The address to which published ports lead: that of the first network which has one. */
    Optional<Link> first() {
        return links.stream()
                .filter(link -> !link.endpoint().ipAddress().isEmpty())
                .findFirst();
    }

    Connection with(Link added) {
        return withLinks(Stream.concat(links.stream(), Stream.of(added)).toList());
    }

    Connection without(String networkId) {
        return withLinks(links.stream()
                .filter(link -> !link.networkId().equals(networkId))
                .toList());
    }

    Connection withPorts(List<PublishedPort> published) {
        return new Connection(containerId, containerName, hostname, namespace, owner, folder, links, published);
    }

    private Connection withLinks(List<Link> changed) {
        return new Connection(containerId, containerName, hostname, namespace, owner, folder, changed, ports);
    }
}
