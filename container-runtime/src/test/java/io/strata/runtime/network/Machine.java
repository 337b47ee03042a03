package io.strata.runtime.network;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.runtime.network.NodeNetwork.Attachment;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.Names;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.NodeNetwork.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** What the network's tests do on the machine: containers without processes, whose sockets the test opens itself. */
final class Machine {
    static final NetworkConfig CONFIG = new NetworkConfig() {
        @Override
        public Optional<String> subnet() {
            return Optional.empty();
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public int prepared() {
            return 2;
        }

        @Override
        public boolean prepareAtStart() {
            return false;
        }
    };

    private Machine() {}

    /** Namespaces need root, rules iptables: the only reasons for which a test of the network is left out. */
    static void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "iptables-restore"))),
                "needs iptables");
    }

    static Request request(Path home, String id, String mode, PortRequest... ports) {
        return request(home, id, mode, List.of(), ports);
    }

    static Request request(Path home, String id, String mode, List<Attachment> attachments, PortRequest... ports) {
        return new Request(
                id,
                "name-" + id,
                home.resolve("containers").resolve(id),
                mode,
                attachments,
                List.of(ports),
                new Names("host-" + id, "", List.of(), List.of(), List.of(), List.of()));
    }

    static PortRequest tcp(int containerPort, String hostIp, int hostPort) {
        return new PortRequest(containerPort, "tcp", hostIp, hostPort, hostPort);
    }

    /** Listens within the container and answers each connection with what it says, once it has said all. */
    static ServerSocketChannel echo(Connected container, int port) throws IOException {
        AtomicReference<ServerSocketChannel> opened = new AtomicReference<>();
        namespaces(container).inside(container.namespace().orElseThrow(), netlink -> {
            ServerSocketChannel server = ServerSocketChannel.open(java.net.StandardProtocolFamily.INET);
            server.bind(new InetSocketAddress("0.0.0.0", port));
            opened.set(server);
        });
        ServerSocketChannel server = opened.get();
        Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try (Socket client = server.accept().socket()) {
                    byte[] said = client.getInputStream().readAllBytes();
                    client.getOutputStream().write("heard ".getBytes(StandardCharsets.UTF_8));
                    client.getOutputStream().write(said);
                } catch (IOException closed) {
                    // the test's next step shows what is missing
                }
            }
        });
        return server;
    }

    static DatagramChannel echoUdp(Connected container, int port) throws IOException {
        AtomicReference<DatagramChannel> opened = new AtomicReference<>();
        namespaces(container).inside(container.namespace().orElseThrow(), netlink -> {
            DatagramChannel server = DatagramChannel.open(java.net.StandardProtocolFamily.INET);
            server.bind(new InetSocketAddress("0.0.0.0", port));
            opened.set(server);
        });
        DatagramChannel server = opened.get();
        Thread.ofVirtual().start(() -> {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(2048);
            while (server.isOpen()) {
                try {
                    buffer.clear();
                    java.net.SocketAddress from = server.receive(buffer);
                    buffer.flip();
                    server.send(buffer, from);
                } catch (IOException closed) {
                    // the test's next step shows what is missing
                }
            }
        });
        return server;
    }

    /** Says {@code hello} to the address, ends its side, and gives the answer. */
    static String ask(Socket socket, InetAddress address, int port) throws IOException {
        try (socket) {
            socket.connect(new InetSocketAddress(address, port), 5000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String ask(String address, int port) throws IOException {
        return ask(new Socket(), InetAddress.ofLiteral(address), port);
    }

    /** A socket of the container's namespace. */
    static Socket socketIn(Connected container) throws IOException {
        AtomicReference<Socket> opened = new AtomicReference<>();
        namespaces(container)
                .inside(
                        container.namespace().orElseThrow(),
                        netlink -> opened.set(java.nio.channels.SocketChannel.open(java.net.StandardProtocolFamily.INET)
                                .socket()));
        return opened.get();
    }

    private static Namespaces namespaces(Connected container) {
        return new Namespaces(container.namespace().orElseThrow().getParent());
    }

    /**
     * Rules, interfaces and mounts of the machine that are this home's. Others are left out: other homes may come and go
     * beside this test.
     */
    static List<String> state(Path home) throws IOException {
        List<String> state = new ArrayList<>();
        for (String program : List.of("iptables-save", "ip6tables-save")) {
            Process process = new ProcessBuilder(program).start();
            try (InputStream output = process.getInputStream()) {
                state.addAll(new String(output.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList());
            }
        }
        try (Stream<Path> interfaces = Files.list(Path.of("/sys/class/net"))) {
            interfaces.map(Path::toString).forEach(state::add);
        }
        state.addAll(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        String tag = NetworkNode.tag(home);
        return state.stream()
                .filter(line -> line.contains(tag) || line.contains(home.toString()))
                .toList();
    }
}
