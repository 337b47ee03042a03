package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real namespaces, bridges and rules; nothing but loopback and these namespaces carries traffic. */
class BridgeNetworkIT {
    @TempDir
    private Path home;

    private BridgeNetwork network;

    @BeforeEach
    void setUp() throws IOException {
        Machine.assumeRoot();
        network = new BridgeNetwork(home, Machine.CONFIG);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (network != null) {
            network.tearDown();
            assertThat(Machine.state(home)).isEmpty();
        }
    }

    private Connected connect(String id, String mode, PortRequest... ports) throws IOException {
        return network.connect(Machine.request(home, id, mode, ports));
    }

    @Test
    void aContainerHasAnAddressAndItsFiles() throws IOException {
        Connected container = connect("one", "default");

        var endpoint = container.endpoints().getFirst();
        assertThat(endpoint.networkName()).isEqualTo("bridge");
        assertThat(endpoint.interfaceName()).isEqualTo("eth0");
        assertThat(endpoint.ipAddress()).endsWith(".0.2");
        assertThat(endpoint.gateway()).endsWith(".0.1");
        assertThat(Files.readString(container.hosts()))
                .contains("127.0.0.1\tlocalhost\n")
                .contains(endpoint.ipAddress() + "\thost-one\n");
        assertThat(Files.readString(container.hostname())).isEqualTo("host-one\n");
        assertThat(Files.readString(container.resolvConf())).contains("nameserver ");
        assertThat(network.counters("one").get("eth0")).containsKeys("rx_bytes", "tx_packets", "tx_dropped");
    }

    @Test
    void containersOfTheDefaultNetworkReachEachOther() throws IOException {
        Connected one = connect("one", "bridge");
        Connected two = connect("two", "default");

        try (ServerSocketChannel _ = Machine.echo(two, 80)) {
            String address = two.endpoints().getFirst().ipAddress();
            assertThat(Machine.ask(Machine.socketIn(one), InetAddress.ofLiteral(address), 80))
                    .isEqualTo("heard hello");
        }
        assertThat(network.counters("two").get("eth0").get("rx_bytes")).isPositive();
    }

    @Test
    void noneHasOnlyALoopbackOfItsOwnAndHostHasTheNodes() throws IOException {
        Connected none = connect("none", "none");
        Connected host = connect("host", "host");

        try (ServerSocketChannel _ = Machine.echo(none, 80)) {
            assertThat(Machine.ask(Machine.socketIn(none), InetAddress.ofLiteral("127.0.0.1"), 80))
                    .isEqualTo("heard hello");
        }
        assertThat(none.endpoints().getFirst().ipAddress()).isEmpty();
        assertThat(host.namespace()).isEmpty();
        assertThat(host.endpoints().getFirst().networkName()).isEqualTo("host");
    }

    @Test
    void aContainerSharesTheNetworkOfAnother() throws IOException {
        Connected one = connect("one", "default");
        Connected two = connect("two", "container:one");

        assertThat(two.namespace()).isEqualTo(one.namespace());
        assertThat(two.hosts()).isEqualTo(one.hosts());
        network.disconnect("two");
        assertThat(network.find("one")).isPresent();
        assertThatThrownBy(() -> connect("three", "container:gone"))
                .hasMessage("cannot join network of a non running container: gone");
    }

    @Test
    void aPublishedPortAnswersOnBothLoopbacks() throws IOException {
        Connected container = connect("one", "default", Machine.tcp(80, "", 0));

        int port = container.ports().getFirst().hostPort();
        assertThat(container.ports())
                .containsExactly(
                        new PublishedPort(80, "tcp", "0.0.0.0", port), new PublishedPort(80, "tcp", "::", port));
        try (ServerSocketChannel _ = Machine.echo(container, 80)) {
            assertThat(Machine.ask("127.0.0.1", port)).isEqualTo("heard hello");
            assertThat(Machine.ask("::1", port)).isEqualTo("heard hello");
        }
    }

    @Test
    void aPublishedPortIsLedToTheContainerForOtherMachines(@TempDir Path otherHome) throws IOException {
        BridgeNetwork other = new BridgeNetwork(otherHome, Machine.CONFIG);
        try {
            Connected container = connect("one", "default", Machine.tcp(80, "", 0));
            Connected client = other.connect(Machine.request(otherHome, "client", "default"));
            int port = container.ports().getFirst().hostPort();
            InetAddress node =
                    InetAddress.ofLiteral(client.endpoints().getFirst().gateway());

            // The node's own socket is away, as after a crash: only the packet filter's rule is left.
            network.close();
            try (ServerSocketChannel _ = Machine.echo(container, 80)) {
                assertThat(Machine.ask(Machine.socketIn(client), node, port)).isEqualTo("heard hello");
            }
            String direct = container.endpoints().getFirst().ipAddress();
            try (ServerSocketChannel _ = Machine.echo(container, 81);
                    var socket = Machine.socketIn(client)) {
                InetSocketAddress unpublished = new InetSocketAddress(direct, 81);
                assertThatThrownBy(() -> socket.connect(unpublished, 300)).isInstanceOf(IOException.class);
            }
        } finally {
            other.tearDown();
        }
    }

    @Test
    void aPortOfAnotherContainerIsRefusedAndNothingIsLeftConnected() throws IOException {
        int port = connect("one", "default", Machine.tcp(80, "", 0))
                .ports()
                .getFirst()
                .hostPort();

        assertThatThrownBy(() -> connect("two", "default", Machine.tcp(80, "127.0.0.1", 0), Machine.tcp(81, "", port)))
                .isInstanceOf(PortTakenException.class)
                .hasMessageMatching("failed to set up container networking: driver failed programming external "
                        + "connectivity on endpoint name-two \\([0-9a-f]{64}\\): Bind for 0.0.0.0:" + port
                        + " failed: port is already allocated");
        assertThat(network.find("two")).isEmpty();
        network.disconnect("one");
        assertThat(connect("two", "default", Machine.tcp(80, "", port)).ports()).isNotEmpty();
    }

    @Test
    void aPortOfAStrangerIsRefusedAndARangeGoesPastIt() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = stranger.getLocalPort();

            assertThatThrownBy(() -> connect("one", "default", Machine.tcp(80, "", port)))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining("failed to bind host port for 0.0.0.0:" + port + ":")
                    .hasMessageEndingWith(":80/tcp: address already in use");
            Connected found = connect("one", "default", new PortRequest(80, "tcp", "", port, port + 20));
            assertThat(found.ports().getFirst().hostPort()).isBetween(port + 1, port + 20);
        }
    }

    @Test
    void datagramsFindTheirWayThereAndBack() throws IOException {
        Connected container = connect("one", "default", new PortRequest(53, "udp", "", 0, 0));
        int port = container.ports().getFirst().hostPort();

        try (DatagramChannel _ = Machine.echoUdp(container, 53)) {
            for (String address : List.of("127.0.0.1", "::1")) {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.setSoTimeout(5000);
                    byte[] said = ("hello " + address).getBytes(StandardCharsets.UTF_8);
                    socket.send(new DatagramPacket(said, said.length, InetAddress.ofLiteral(address), port));
                    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                    socket.receive(answer);
                    assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
                            .isEqualTo("hello " + address);
                }
            }
        }
    }

    @Test
    void aServiceThatStartsAgainFindsItsContainersAndTheirPorts() throws IOException {
        Connected container = connect("one", "default", Machine.tcp(80, "", 0));
        int port = container.ports().getFirst().hostPort();
        network.close();
        assertThatThrownBy(() -> Machine.ask("127.0.0.1", port)).isInstanceOf(IOException.class);

        network = new BridgeNetwork(home, Machine.CONFIG);
        assertThat(network.find("one")).contains(container);

        try (ServerSocketChannel _ = Machine.echo(container, 80)) {
            assertThat(Machine.ask("127.0.0.1", port)).isEqualTo("heard hello");
        }
        assertThat(connect("two", "default").endpoints().getFirst().ipAddress())
                .isNotEqualTo(container.endpoints().getFirst().ipAddress());
        assertThat(network.connect(Machine.request(home, "one", "default", Machine.tcp(80, "", 0))))
                .isEqualTo(container);
    }

    @Test
    void whatAKilledServiceLeftHalfDoneIsSwept() throws IOException {
        NetworkNode killed = network.node();
        Path orphan = killed.namespaces.create("orphan");
        Connection.Link cable = killed.cabling.plug(
                orphan, killed.registry.standard("bridge"), new Cabling.Wanted("eth0", "", "", List.of(), List.of()));
        network.close();

        network = new BridgeNetwork(home, Machine.CONFIG);
        assertThat(network.node().namespaces.all()).doesNotContain(orphan);
        assertThat(Path.of("/sys/class/net", cable.hostEnd())).doesNotExist();
    }

    @Test
    void disconnectedTwiceIsDisconnected() throws IOException {
        Connected container = connect("one", "default");
        network.disconnect("one");
        network.disconnect("one");

        assertThat(network.find("one")).isEmpty();
        network.node().afterwards.settle();
        assertThat(container.namespace().orElseThrow()).doesNotExist();
    }
}
