package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.network.NetworkContainers.Target;
import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.Networks.NewNetwork;
import io.strata.runtime.network.NodeNetwork.Attachment;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that users make: {@code docker network …}. */
class UserNetworksIT {
    @TempDir
    private Path home;

    private BridgeNetwork network;
    private Networks networks;

    @BeforeEach
    void setUp() throws IOException {
        Machine.assumeRoot();
        open();
    }

    private void open() {
        network = new BridgeNetwork(home, Machine.CONFIG);
        networks = new Networks(network);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (network != null) {
            network.tearDown();
            assertThat(Machine.state(home)).isEmpty();
        }
    }

    private static NewNetwork named(String name, String subnet, boolean internal) {
        return new NewNetwork(name, "", subnet, "", "", internal, false, Map.of(), Map.of(), Map.of("a", "b"));
    }

    private Connected connect(String id, Attachment attachment, PortRequest... ports) throws IOException {
        return network.connect(Machine.request(home, id, attachment.network(), List.of(attachment), ports));
    }

    private Target target(String id, boolean running) {
        return new Target(id, "name-" + id, running, home.resolve("containers").resolve(id));
    }

    private static Attachment on(String network, String... aliases) {
        return new Attachment(network, List.of(aliases), Optional.empty(), Optional.empty());
    }

    @Test
    void membersKnowEachOthersNames() throws IOException {
        networks.create(named("web", "", false));
        Connected database = connect("database", on("web", "db"));
        Connected server = connect("server", on("web"));

        String address = database.endpoints().getFirst().ipAddress();
        assertThat(Files.readString(server.hosts())).contains(address + "\tname-database db database host-database\n");
        assertThat(Files.readString(database.hosts())).contains("\tname-server server host-server\n");
        Files.writeString(database.hosts(), "10.0.0.1\tmine\n", java.nio.file.StandardOpenOption.APPEND);

        network.disconnect("server");
        assertThat(Files.readString(database.hosts()))
                .doesNotContain("name-server")
                .contains("10.0.0.1\tmine\n")
                .contains("\tname-database db");
    }

    @Test
    void networksAreApart() throws IOException {
        networks.create(named("one", "", false));
        networks.create(named("two", "", false));
        Connected one = connect("a", on("one"));
        Connected two = connect("b", on("two"));
        String address = two.endpoints().getFirst().ipAddress();

        try (ServerSocketChannel _ = Machine.echo(two, 80);
                var socket = Machine.socketIn(one)) {
            InetSocketAddress other = new InetSocketAddress(InetAddress.ofLiteral(address), 80);
            assertThatThrownBy(() -> socket.connect(other, 300)).isInstanceOf(IOException.class);

            networks.connect("two", target("a", true), on("two"));
            assertThat(Machine.ask(Machine.socketIn(one), InetAddress.ofLiteral(address), 80))
                    .isEqualTo("heard hello");
            assertThat(Files.readString(one.hosts())).contains("\tname-b b host-b\n");
            assertThat(network.find("a").orElseThrow().endpoints())
                    .extracting(endpoint -> endpoint.networkName() + " " + endpoint.interfaceName())
                    .containsExactly("one eth0", "two eth1");

            networks.disconnect("two", target("a", true));
            assertThat(network.find("a").orElseThrow().endpoints()).hasSize(1);
            assertThat(Files.readString(one.hosts())).doesNotContain("name-b");
        }
    }

    @Test
    void whatWasSaidOfAStoppedContainerHoldsAtItsNextStart() throws IOException {
        networks.create(named("web", "", false));
        networks.connect("web", target("one", false), on("web", "alias"));
        networks.disconnect("bridge", target("one", false));
        network.close();
        open();

        assertThat(connect("one", on("bridge")).endpoints())
                .extracting(endpoint -> endpoint.networkName() + " " + endpoint.aliases())
                .containsExactly("web [alias]");
        network.disconnect("one");
        network.forget("one");
        assertThat(connect("one", on("bridge")).endpoints().getFirst().networkName())
                .isEqualTo("bridge");
    }

    @Test
    void anAddressCanBeAskedForWhereTheSubnetIsTheUsers() throws IOException {
        networks.create(named("web", "10.217.31.0/24", false));
        networks.create(named("free", "", false));
        Attachment wanted = new Attachment("web", List.of(), Optional.of("10.217.31.77"), Optional.empty());

        assertThat(connect("one", wanted).endpoints().getFirst().ipAddress()).isEqualTo("10.217.31.77");
        assertThatThrownBy(() -> connect("two", wanted)).hasMessage("Address already in use");
        assertThat(network.find("two")).isEmpty();
        network.disconnect("one");
        assertThat(connect("one", wanted).endpoints().getFirst().ipAddress()).isEqualTo("10.217.31.77");
        assertThatThrownBy(() -> connect(
                        "two", new Attachment("free", List.of(), Optional.of("10.217.31.78"), Optional.empty())))
                .hasMessageStartingWith("user specified IP address is supported only when connecting to networks with");
        assertThatThrownBy(() ->
                        connect("two", new Attachment("web", List.of(), Optional.of("10.218.31.78"), Optional.empty())))
                .hasMessage("invalid endpoint settings: no configured subnet contains IP address 10.218.31.78");
        assertThatThrownBy(() -> connect("two", on("nowhere"))).hasMessage("network nowhere not found");
    }

    @Test
    void aNetworkInUseStaysAndOnePrunedIsGone() throws IOException {
        Network web = networks.create(named("web", "10.217.32.0/24", false));
        connect("one", on("web"));

        assertThatThrownBy(() -> networks.remove("web"))
                .hasMessageMatching("error while removing network: network web has active endpoints "
                        + "\\(name:\"name-one\" id:\"[0-9a-f]{12}\"\\)");
        assertThatThrownBy(() -> networks.remove("bridge"))
                .hasMessage("bridge is a pre-defined network and cannot be removed");
        assertThatThrownBy(() -> networks.create(named("web", "", false)))
                .hasMessage("network with name web already exists")
                .extracting(error -> ((NetworkException) error).reason())
                .isEqualTo(Reason.CONFLICT);
        assertThatThrownBy(() -> networks.create(named("other", "10.217.0.0/16", false)))
                .hasMessageContaining("Pool overlaps with other one on this address space");
        assertThat(networks.prune(_ -> true)).isEmpty();
        network.disconnect("one");
        assertThat(networks.prune(_ -> true)).containsExactly("web");
        assertThat(Path.of("/sys/class/net", web.bridge())).doesNotExist();
        assertThat(networks.list()).extracting(Network::name).containsExactly("bridge", "host", "none");
    }

    @Test
    void nothingLeadsOutOfAnInternalNetwork() throws IOException {
        networks.create(named("inside", "", true));
        Connected one = connect("one", on("inside"));
        Connected two = connect("two", on("bridge"));

        assertThat(one.endpoints().getFirst().gateway()).isEmpty();
        try (ServerSocketChannel _ = Machine.echo(two, 80);
                var socket = Machine.socketIn(one)) {
            InetSocketAddress other = new InetSocketAddress(
                    InetAddress.ofLiteral(two.endpoints().getFirst().ipAddress()), 80);
            assertThatThrownBy(() -> socket.connect(other, 300)).isInstanceOf(IOException.class);
        }
    }
}
