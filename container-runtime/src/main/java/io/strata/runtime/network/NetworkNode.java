package io.strata.runtime.network;

import io.strata.runtime.network.PreparedNamespaces.Prepared;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The parts of one home's networking, put together and made to agree with what is on the machine: what a service that was
 * killed left half done is swept away, what containers have is kept.
 */
final class NetworkNode implements Closeable {
    private static final int LOCKS = 64;

    final NetworkFiles files;
    final Namespaces namespaces;
    final Cabling cabling;
    final NetworkRegistry registry;
    final PortSockets sockets = new PortSockets();
    final Afterwards afterwards = new Afterwards();
    /** With a cable to the default network. */
    final PreparedNamespaces plugged;
    /** With nothing but their loopback, for every other network. */
    final PreparedNamespaces bare;

    private final String tag;
    private final Firewall firewall;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private NetworkNode(Path folder, String tag, NetworkConfig config) throws IOException {
        this.tag = tag;
        files = new NetworkFiles(folder);
        namespaces = new Namespaces(folder.resolve("netns"));
        cabling = new Cabling(tag, config.mtu(), namespaces);
        registry = new NetworkRegistry(files, cabling);
        firewall = new Firewall(tag);
        plugged = new PreparedNamespaces(config.prepared(), this::prepare);
        bare = new PreparedNamespaces(
                Math.min(1, config.prepared()), () -> new Prepared(createNamespace(), Optional.empty()));
    }

    /** @param home the node's; networks have the folder {@code network} in it */
    static NetworkNode open(Path home, NetworkConfig config) throws IOException {
        Path folder = Files.createDirectories(home.resolve("network"));
        String tag = tag(home);
        Files.writeString(folder.resolve("tag"), tag + "\n");
        NetworkNode node = new NetworkNode(folder, tag, config);
        try {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
            node.registry.open(config.subnet());
            node.sweep();
            node.writeRules();
            node.firewall.hook();
        } catch (IOException | RuntimeException e) {
            node.cabling.close();
            throw e;
        }
        return node;
    }

    /** Six digits that tell this home's interfaces and rules from those of others on the machine. */
    static String tag(Path home) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(home.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 6);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private void sweep() throws IOException {
        Set<Path> usedNamespaces = new HashSet<>();
        Set<String> usedInterfaces = new HashSet<>();
        for (Connection connection : files.connections()) {
            Path namespace = Path.of(connection.namespace());
            if (!connection.namespace().isEmpty() && !namespaces.alive(namespace)) {
                files.deleteConnection(connection.containerId());
                continue;
            }
            connections.put(connection.containerId(), connection);
            usedNamespaces.add(namespace);
            for (Connection.Link link : connection.links()) {
                usedInterfaces.add(link.hostEnd());
                cabling.mark(link.networkId(), link.endpoint().ipAddress());
            }
        }
        for (Path namespace : namespaces.all()) {
            if (!usedNamespaces.contains(namespace)) {
                namespaces.delete(namespace);
            }
        }
        for (String name : interfaces("sv" + tag)) {
            if (!usedInterfaces.contains(name)) {
                cabling.deleteInterface(name);
            }
        }
    }

    private static List<String> interfaces(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    Path createNamespace() throws IOException {
        return namespaces.create(Ids.random().substring(0, 16));
    }

    private Prepared prepare() throws IOException {
        Path namespace = createNamespace();
        try {
            Network network = registry.standard(Network.BRIDGE);
            return new Prepared(
                    namespace,
                    Optional.of(cabling.plug(
                            namespace, network, new Cabling.Wanted("eth0", "", "", List.of(), List.of()))));
        } catch (IOException | RuntimeException e) {
            namespaces.delete(namespace);
            throw e;
        }
    }

    /** Takes a namespace away, and with it its cables, whose addresses can be given again then. */
    void remove(Path namespace, List<Connection.Link> links) throws IOException {
        namespaces.delete(namespace);
        for (Connection.Link link : links) {
            cabling.unplug(link);
        }
    }

    /** One thing at a time is done to a container. */
    ReentrantLock lock(String containerId) {
        return locks.get(Math.floorMod(containerId.hashCode(), LOCKS));
    }

    Optional<Connection> connection(String containerId) {
        return Optional.ofNullable(connections.get(containerId));
    }

    /** Whether what the connection says is so: its namespace may have gone with a boot. */
    boolean alive(Connection connection) {
        return connection.namespace().isEmpty() || namespaces.alive(Path.of(connection.namespace()));
    }

    void keep(Connection connection) throws IOException {
        files.write(connection);
        connections.put(connection.containerId(), connection);
    }

    void drop(Connection connection) throws IOException {
        connections.remove(connection.containerId());
        files.deleteConnection(connection.containerId());
    }

    List<Connection> connections() {
        return List.copyOf(connections.values());
    }

    /** The connected containers of a network. */
    List<Connection> members(String networkId) {
        return connections.values().stream()
                .filter(connection -> connection.link(networkId).isPresent())
                .toList();
    }

    /** The packet filter's rules, from what there is now; one at a time, so that the last one written is the last one read. */
    synchronized void writeRules() throws IOException {
        List<Firewall.Leading> leading = new ArrayList<>();
        for (Connection connection : connections.values()) {
            Optional<Connection.Link> first = connection.first();
            if (first.isPresent()) {
                String bridge = registry.find(first.get().networkId()).bridge();
                connection
                        .ports()
                        .forEach(port -> leading.add(new Firewall.Leading(
                                port, first.get().endpoint().ipAddress(), bridge)));
            }
        }
        firewall.write(registry.bridged(), leading);
    }

    /**
     * Takes everything of this home off the machine: rules, bridges, namespaces. Containers that still run lose their network.
     * The networks' definitions stay, and are made again by the next start.
     */
    void tearDown() throws IOException {
        close();
        firewall.remove();
        for (Path namespace : namespaces.all()) {
            namespaces.delete(namespace);
        }
        try (Netlink netlink = Netlink.open()) {
            for (String prefix : List.of("sv", "st")) {
                for (String name : interfaces(prefix + tag)) {
                    netlink.delete(name);
                }
            }
        }
    }

    /** Lets go of what is this process' own: the sockets, and the namespaces that nobody took. */
    @Override
    public void close() throws IOException {
        sockets.close();
        for (PreparedNamespaces pool : List.of(plugged, bare)) {
            for (Prepared left : pool.close()) {
                remove(left.namespace(), left.link().stream().toList());
            }
        }
        afterwards.close();
        cabling.close();
    }
}
