package io.strata.runtime.network;

import io.strata.runtime.network.Connection.Link;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import io.strata.runtime.network.NodeNetwork.Request;
import io.strata.runtime.network.Plan.Step;
import io.strata.runtime.network.PreparedNamespaces.Prepared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One container being connected; when a step fails, those before it are undone. */
final class Connecting {
    private final NetworkNode node;
    private final Request request;

    Connecting(NetworkNode node, Request request) {
        this.node = node;
        this.request = request;
    }

    Connection connect(List<Step> steps) throws IOException {
        if (steps.stream().anyMatch(step -> !step.wish().ipAddress().isEmpty())) {
            // The address may be this container's own of its last run, and not be given back yet.
            node.afterwards.settle();
        }
        List<Link> links = new ArrayList<>();
        Path namespace = begin(steps.getFirst(), links);
        Connection connection = null;
        try {
            for (Step step : steps.subList(links.size(), steps.size())) {
                links.add(
                        step.network().bridged() ? plug(namespace, step, links.size()) : Plan.without(step.network()));
            }
            connection = publish(namespace, links);
            new HostFiles(request.folder())
                    .write(
                            request.names(),
                            links.stream()
                                    .map(link -> link.endpoint().ipAddress())
                                    .filter(address -> !address.isEmpty())
                                    .toList(),
                            node.registry.standard(Network.BRIDGE).gateway());
            node.keep(connection);
            if (!connection.ports().isEmpty()) {
                node.afterwards.run("rules for the ports of " + request.containerName(), node::writeRules);
            }
            for (Link link : links) {
                Peers.came(connection, link.networkId(), node.members(link.networkId()));
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            undo(namespace, links, connection);
            throw e;
        }
    }

    /** A namespace made ahead has its cable; it serves whoever asks for nothing but the default network first. */
    private Path begin(Step first, List<Link> links) throws IOException {
        boolean plain = first.network().name().equals(Network.BRIDGE)
                && first.wish().macAddress().isEmpty();
        Optional<Prepared> prepared = plain ? node.plugged.take() : node.bare.take();
        if (prepared.isEmpty()) {
            return node.createNamespace();
        }
        prepared.get().link().ifPresent(links::add);
        return prepared.get().namespace();
    }

    private Link plug(Path namespace, Step step, int number) throws IOException {
        return plug(
                node,
                namespace,
                step,
                number,
                request.containerId(),
                request.containerName(),
                request.names().hostname());
    }

    static Link plug(
            NetworkNode node,
            Path namespace,
            Step step,
            int number,
            String containerId,
            String containerName,
            String hostname)
            throws IOException {
        List<String> names = step.network().predefined()
                ? List.of()
                : Peers.names(containerName, containerId, hostname, step.wish().aliases());
        return node.cabling.plug(
                namespace,
                step.network(),
                new Cabling.Wanted(
                        "eth" + number,
                        step.wish().ipAddress(),
                        step.wish().macAddress(),
                        step.wish().aliases(),
                        names));
    }

    private Connection publish(Path namespace, List<Link> links) throws IOException {
        Connection connection = new Connection(
                request.containerId(),
                request.containerName(),
                request.names().hostname(),
                namespace.toString(),
                true,
                request.folder().toString(),
                List.copyOf(links),
                List.of());
        Optional<Link> first = connection.first();
        if (request.ports().isEmpty() || first.isEmpty()) {
            return connection;
        }
        Endpoint endpoint = first.get().endpoint();
        List<PublishedPort> ports = node.sockets.open(
                new PortSockets.Owner(
                        request.containerId(), request.containerName(), endpoint.endpointId(), endpoint.ipAddress()),
                request.ports());
        return connection.withPorts(ports);
    }

    private void undo(Path namespace, List<Link> links, Connection connection) throws IOException {
        node.sockets.close(request.containerId());
        if (connection != null) {
            node.drop(connection);
        }
        List<Link> laid = List.copyOf(links);
        node.afterwards.run("undoing " + request.containerName(), () -> {
            node.writeRules();
            node.remove(namespace, laid);
        });
    }
}
