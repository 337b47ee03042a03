package io.strata.runtime.network;

import io.quarkus.runtime.StartupEvent;
import io.strata.runtime.network.Connection.Link;
import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.node.NodeConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The node's networks by Linux' own means: a bridge for each network, a namespace for each container, one rule of the
 * packet filter for what a whole network may do, and a socket for each published port.
 */
@ApplicationScoped
public class BridgeNetwork implements NodeNetwork {
    private static final Logger LOG = Logger.getLogger(BridgeNetwork.class);
    private static final List<String> COUNTERS = List.of("bytes", "packets", "errors", "dropped");

    private final Path home;
    private final NetworkConfig config;
    private NetworkNode node;

    @Inject
    public BridgeNetwork(NodeConfig node, NetworkConfig config) {
        this(node.root(), config);
    }

    BridgeNetwork(Path home, NetworkConfig config) {
        this.home = home;
        this.config = config;
    }

    /** In the background: nobody waits for it but the first container, and a machine that cannot is told by that one. */
    void start(@Observes StartupEvent started) {
        if (config.prepareAtStart()) {
            Thread.ofVirtual().name("network-start").start(() -> {
                try {
                    node();
                } catch (IOException | RuntimeException e) {
                    LOG.warnf("the node's network is not ready: %s", e.getMessage());
                }
            });
        }
    }

    @PreDestroy
    synchronized void close() throws IOException {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    /** Takes everything of this home off the machine; see {@link NetworkNode#tearDown}. */
    synchronized void tearDown() throws IOException {
        node().tearDown();
        node = null;
    }

    synchronized NetworkNode node() throws IOException {
        if (node == null) {
            node = NetworkNode.open(home, config);
            node.plugged.fill();
            node.bare.fill();
        }
        return node;
    }

    @Override
    public Connected connect(Request request) throws IOException {
        NetworkNode now = node();
        ReentrantLock lock = now.lock(request.containerId());
        lock.lock();
        try {
            Optional<Connection> before = now.connection(request.containerId());
            if (before.isPresent() && now.alive(before.get())) {
                reopen(now, before.get());
                return before.get().connected();
            }
            return connectNew(now, request).connected();
        } finally {
            lock.unlock();
        }
    }

    private static Connection connectNew(NetworkNode now, Request request) throws IOException {
        if (request.mode().startsWith("container:")) {
            return joinOther(now, request);
        }
        Names names = request.names();
        for (String name : List.of(names.hostname(), names.domainname())) {
            if (!name.isEmpty() && !Peers.isName(name)) {
                throw new NetworkException(Reason.INVALID, "invalid hostname format: " + name);
            }
        }
        List<Plan.Step> steps = Plan.of(request, now.registry, now.files.wishes(request.containerId()));
        if (steps.getFirst().network().driver().equals(Network.HOST)) {
            new HostFiles(request.folder()).writeHosts(withHostname(names));
            Connection connection = new Connection(
                    request.containerId(),
                    request.containerName(),
                    names.hostname(),
                    "",
                    false,
                    request.folder().toString(),
                    List.of(Plan.without(steps.getFirst().network())),
                    List.of());
            now.keep(connection);
            return connection;
        }
        return new Connecting(now, request).connect(steps);
    }

    private static Names withHostname(Names names) throws IOException {
        if (!names.hostname().isEmpty()) {
            return names;
        }
        String hostname = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        return new Names(
                hostname, names.domainname(), names.dns(), names.dnsSearch(), names.dnsOptions(), names.extraHosts());
    }

    private static Connection joinOther(NetworkNode now, Request request) throws IOException {
        String other = request.mode().substring("container:".length());
        Connection joined = now.connections().stream()
                .filter(connection -> connection.containerId().equals(other)
                        || connection.containerName().equals(other))
                .filter(now::alive)
                .findFirst()
                .orElseThrow(() -> new NetworkException(
                        Reason.CONFLICT, "cannot join network of a non running container: " + other));
        Connection connection = new Connection(
                request.containerId(),
                request.containerName(),
                joined.hostname(),
                joined.namespace(),
                false,
                joined.folder(),
                List.of(),
                List.of());
        now.keep(connection);
        return connection;
    }

    private static void reopen(NetworkNode now, Connection connection) {
        connection
                .first()
                .ifPresent(link -> now.sockets.reopen(
                        new PortSockets.Owner(
                                connection.containerId(),
                                connection.containerName(),
                                link.endpoint().endpointId(),
                                link.endpoint().ipAddress()),
                        connection.ports()));
    }

    @Override
    public void disconnect(String containerId) throws IOException {
        NetworkNode now = node();
        ReentrantLock lock = now.lock(containerId);
        lock.lock();
        try {
            now.sockets.close(containerId);
            Optional<Connection> found = now.connection(containerId);
            if (found.isPresent()) {
                Connection gone = found.get();
                now.drop(gone);
                now.afterwards.run("disconnecting " + containerId, () -> {
                    if (!gone.ports().isEmpty()) {
                        now.writeRules();
                    }
                    if (gone.owner()) {
                        now.remove(Path.of(gone.namespace()), gone.links());
                    }
                });
                for (Link link : gone.links()) {
                    Peers.went(gone, link.networkId(), now.members(link.networkId()));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forget(String containerId) throws IOException {
        node().files.deleteWishes(containerId);
    }

    @Override
    public Optional<Connected> find(String containerId) throws IOException {
        NetworkNode now = node();
        Optional<Connection> found = now.connection(containerId).filter(now::alive);
        found.ifPresent(connection -> reopen(now, connection));
        return found.map(Connection::connected);
    }

    /** From the cables' ends on this machine, where what the container receives is what was sent. */
    @Override
    public Map<String, Map<String, Long>> counters(String containerId) throws IOException {
        NetworkNode now = node();
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        Optional<Connection> found = now.connection(containerId);
        if (found.isEmpty()) {
            return all;
        }
        Connection owner = now.connections().stream()
                .filter(other ->
                        other.owner() && other.namespace().equals(found.get().namespace()))
                .findFirst()
                .orElse(found.get());
        for (Link link : owner.links()) {
            Path statistics = Path.of("/sys/class/net", link.hostEnd(), "statistics");
            if (!link.hostEnd().isEmpty() && Files.isDirectory(statistics)) {
                Map<String, Long> counted = new LinkedHashMap<>();
                for (String counter : COUNTERS) {
                    counted.put("rx_" + counter, number(statistics.resolve("tx_" + counter)));
                }
                for (String counter : COUNTERS) {
                    counted.put("tx_" + counter, number(statistics.resolve("rx_" + counter)));
                }
                all.put(link.endpoint().interfaceName(), counted);
            }
        }
        return all;
    }

    private static long number(Path counter) throws IOException {
        return Long.parseLong(Files.readString(counter).strip());
    }
}
