package io.strata.runtime.network;

import io.strata.runtime.network.Connection.Link;
import io.strata.runtime.network.NetworkContainers.Target;
import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.Wishes.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What users do with networks: {@code docker network …}. */
@ApplicationScoped
public class Networks {
    private final BridgeNetwork bridge;

    @Inject
    public Networks(BridgeNetwork bridge) {
        this.bridge = bridge;
    }

    /** What a user says of a network to be made. Empty strings: the node's choice. */
    public record NewNetwork(
            String name,
            String driver,
            String subnet,
            String range,
            String gateway,
            boolean internal,
            boolean attachable,
            Map<String, String> auxiliary,
            Map<String, String> options,
            Map<String, String> labels) {}

    /** A connected container. */
    public record Member(String containerId, String containerName, Endpoint endpoint) {}

    /** By name. */
    public List<Network> list() throws IOException {
        return bridge.node().registry.all().stream()
                .sorted(Comparator.comparing(Network::name))
                .toList();
    }

    /** @throws NetworkException when there is none of that name, id or beginning of an id */
    public Network find(String nameOrId) throws IOException {
        return bridge.node().registry.find(nameOrId);
    }

    public List<Member> members(Network network) throws IOException {
        return bridge.node().members(network.id()).stream()
                .map(connection -> new Member(
                        connection.containerId(),
                        connection.containerName(),
                        connection.link(network.id()).orElseThrow().endpoint()))
                .toList();
    }

    public Network create(NewNetwork wanted) throws IOException {
        switch (wanted.driver()) {
            case "", Network.BRIDGE -> {}
            case Network.HOST, Network.NULL_DRIVER ->
                throw new NetworkException(
                        Reason.FORBIDDEN, "only one instance of \"" + wanted.driver() + "\" network is allowed");
            default ->
                throw new NetworkException(
                        Reason.NOT_FOUND,
                        "could not find plugin " + wanted.driver() + " in v1 plugin registry: plugin not found");
        }
        NetworkNode node = bridge.node();
        Network made = node.registry.create(new NetworkRegistry.Wanted(
                wanted.name(),
                wanted.subnet(),
                wanted.range(),
                wanted.gateway(),
                wanted.internal(),
                wanted.attachable(),
                wanted.auxiliary(),
                wanted.options(),
                wanted.labels()));
        node.writeRules();
        return made;
    }

    public void remove(String nameOrId) throws IOException {
        NetworkNode node = bridge.node();
        Network network = node.registry.find(nameOrId);
        if (network.predefined()) {
            throw new NetworkException(
                    Reason.FORBIDDEN, network.name() + " is a pre-defined network and cannot be removed");
        }
        synchronized (node.registry) {
            Collection<Connection> members = node.members(network.id());
            if (!members.isEmpty()) {
                String named = members.stream()
                        .map(member -> "name:\"" + member.containerName() + "\" id:\""
                                + member.link(network.id())
                                        .orElseThrow()
                                        .endpoint()
                                        .endpointId()
                                        .substring(0, 12) + "\"")
                        .collect(Collectors.joining(", "));
                throw new NetworkException(
                        Reason.FORBIDDEN,
                        "error while removing network: network " + network.name() + " has active endpoints (" + named
                                + ")");
            }
            node.registry.remove(network);
        }
        node.writeRules();
    }

    /** Removes the networks of users that nobody is connected to. @return their names */
    public List<String> prune(Predicate<Network> chosen) throws IOException {
        NetworkNode node = bridge.node();
        List<Network> unused = list().stream()
                .filter(network -> !network.predefined() && chosen.test(network))
                .filter(network -> node.members(network.id()).isEmpty())
                .toList();
        for (Network network : unused) {
            node.registry.remove(network);
        }
        if (!unused.isEmpty()) {
            node.writeRules();
        }
        return unused.stream().map(Network::name).toList();
    }

    /** {@code docker network connect}: at once when the container runs, and at each of its starts. */
    public void connect(String nameOrId, Target container, NodeNetwork.Attachment said) throws IOException {
        NetworkNode node = bridge.node();
        Network network = node.registry.find(nameOrId);
        refuseHost(network);
        Wish wish = new Wish(
                network.id(),
                said.aliases(),
                said.ipAddress().orElse(""),
                said.macAddress().orElse(""));
        Plan.check(network, wish);
        ReentrantLock lock = node.lock(container.id());
        lock.lock();
        try {
            Optional<Connection> connected = node.connection(container.id()).filter(node::alive);
            if (connected.isPresent()) {
                join(node, connected.get(), network, wish);
            }
            node.files.write(container.id(), node.files.wishes(container.id()).join(wish));
        } finally {
            lock.unlock();
        }
    }

    private static void refuseHost(Network network) throws NetworkException {
        if (!network.bridged()) {
            throw new NetworkException(
                    Reason.INVALID,
                    "container cannot be disconnected from host network or connected to host network"
                            .replace(Network.HOST, network.name()));
        }
    }

    private static void join(NetworkNode node, Connection before, Network network, Wish wish) throws IOException {
        if (before.link(network.id()).isPresent()) {
            throw new NetworkException(
                    Reason.FORBIDDEN,
                    "endpoint with name " + before.containerName() + " already exists in network " + network.name());
        }
        if (!before.owner()) {
            throw new NetworkException(
                    Reason.INVALID,
                    "container sharing network namespace with another container or host cannot be connected to any other network");
        }
        Connection alone = node.registry.all().stream()
                .filter(other -> !other.bridged())
                .map(Network::id)
                .reduce(before, Connection::without, (one, other) -> other);
        Link link = Connecting.plug(
                node,
                Path.of(before.namespace()),
                new Plan.Step(network, wish),
                freeInterface(before),
                before.containerId(),
                before.containerName(),
                before.hostname());
        Connection after = alone.with(link);
        node.keep(after);
        new HostFiles(Path.of(after.folder()))
                .change(List.of(), List.of(HostFiles.own(link.endpoint().ipAddress(), after.hostname(), "")));
        Peers.came(after, network.id(), node.members(network.id()));
    }

    private static int freeInterface(Connection connection) {
        int number = 0;
        while (isUsed(connection, "eth" + number)) {
            number++;
        }
        return number;
    }

    private static boolean isUsed(Connection connection, String name) {
        return connection.links().stream()
                .anyMatch(link -> link.endpoint().interfaceName().equals(name));
    }

    /** {@code docker network disconnect}: at once when the container runs, and for each of its starts. */
    public void disconnect(String nameOrId, Target container) throws IOException {
        NetworkNode node = bridge.node();
        Network network = node.registry.find(nameOrId);
        refuseHost(network);
        ReentrantLock lock = node.lock(container.id());
        lock.lock();
        try {
            Optional<Connection> connected = node.connection(container.id()).filter(node::alive);
            if (connected.isPresent()) {
                leave(node, connected.get(), network);
            }
            node.files.write(container.id(), node.files.wishes(container.id()).leave(network.id()));
        } finally {
            lock.unlock();
        }
    }

    private static void leave(NetworkNode node, Connection before, Network network) throws IOException {
        Link link = before.link(network.id())
                .orElseThrow(() -> new NetworkException(
                        Reason.NOT_FOUND,
                        "container " + before.containerId() + " is not connected to network " + network.name()));
        boolean ports = !before.ports().isEmpty() && before.first().equals(Optional.of(link));
        Connection after = before.without(network.id());
        if (ports) {
            node.sockets.close(before.containerId());
            after = after.withPorts(List.of());
        }
        node.keep(after);
        if (ports) {
            node.writeRules();
        }
        node.cabling.unplug(link);
        Peers.went(before, network.id(), node.members(network.id()));
        new HostFiles(Path.of(before.folder()))
                .change(List.of(HostFiles.own(link.endpoint().ipAddress(), before.hostname(), "")), List.of());
    }
}
