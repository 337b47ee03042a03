package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The networks of this node: Docker's three, and those that users made. */
final class NetworkRegistry {
    private final NetworkFiles files;
    private final Cabling cabling;
    private final Map<String, Network> networks = new ConcurrentHashMap<>();

    NetworkRegistry(NetworkFiles files, Cabling cabling) {
        this.files = files;
        this.cabling = cabling;
    }

    /**
     * Reads what there is, makes what is missing, and each network's bridge. A range that was this node's own choice and has
     * been taken by somebody else, while the bridge was not there, is chosen anew.
     */
    void open(Optional<String> defaultSubnet) throws IOException {
        try (SubnetLock _ = SubnetLock.take()) {
            openLocked(defaultSubnet);
        }
    }

    private void openLocked(Optional<String> defaultSubnet) throws IOException {
        for (Network network : files.networks()) {
            networks.put(network.id(), network);
        }
        for (String name : List.of(Network.HOST, Network.NONE)) {
            if (named(name).isEmpty()) {
                keep(predefined(name, name.equals(Network.HOST) ? Network.HOST : Network.NULL_DRIVER));
            }
        }
        if (named(Network.BRIDGE).isEmpty()) {
            Network bridge = predefined(Network.BRIDGE, Network.BRIDGE);
            keep(bridge.withSubnet(defaultSubnet.isPresent() ? Subnet.parse(defaultSubnet.get()) : free()));
        }
        for (Network network : bridged()) {
            Network now = network;
            if (!cabling.bridged(network) && !network.configured() && Subnets.taken(network.addresses())) {
                networks.remove(network.id());
                now = network.withSubnet(free());
            }
            keep(now);
            cabling.bridge(now);
        }
    }

    private Subnet free() throws IOException {
        List<Subnet> ours = new ArrayList<>();
        for (Network network : bridged()) {
            ours.add(network.addresses());
        }
        return Subnets.free(ours);
    }

    private Network predefined(String name, String driver) {
        String id = Ids.random();
        return new Network(
                id,
                name,
                driver,
                driver.equals(Network.BRIDGE) ? cabling.bridgeName(id) : "",
                Instant.now(),
                "",
                "",
                "",
                false,
                false,
                false,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private void keep(Network network) throws IOException {
        files.write(network);
        networks.put(network.id(), network);
    }

    Collection<Network> all() {
        return networks.values();
    }

    List<Network> bridged() {
        return networks.values().stream().filter(Network::bridged).toList();
    }

    private Optional<Network> named(String name) {
        return networks.values().stream()
                .filter(network -> network.name().equals(name))
                .findFirst();
    }

    Network standard(String name) {
        return named(name).orElseThrow();
    }

    /** @throws NetworkException when there is none, or several ids begin so, with Docker's words */
    Network find(String nameOrId) throws NetworkException {
        Network exact = networks.get(nameOrId);
        if (exact != null) {
            return exact;
        }
        Optional<Network> named = named(nameOrId);
        if (named.isPresent()) {
            return named.get();
        }
        List<Network> begun = nameOrId.isEmpty()
                ? List.of()
                : networks.values().stream()
                        .filter(network -> network.id().startsWith(nameOrId))
                        .toList();
        if (begun.size() > 1) {
            throw new NetworkException(
                    Reason.INVALID,
                    "network " + nameOrId + " is ambiguous (" + begun.size() + " matches found based on ID prefix)");
        }
        return begun.stream().findFirst().orElseThrow(() -> Network.notFound(nameOrId));
    }

    /** What a user asks for; empty strings: the node's choice. */
    record Wanted(
            String name,
            String subnet,
            String range,
            String gateway,
            boolean internal,
            boolean attachable,
            Map<String, String> auxiliary,
            Map<String, String> options,
            Map<String, String> labels) {}

    synchronized Network create(Wanted wanted) throws IOException {
        if (!wanted.name().matches("[a-zA-Z0-9][a-zA-Z0-9_. -]*")) {
            throw new NetworkException(Reason.INVALID, "invalid network name: \"" + wanted.name() + "\"");
        }
        if (List.of("default", Network.BRIDGE, Network.HOST, Network.NONE).contains(wanted.name())) {
            throw new NetworkException(
                    Reason.FORBIDDEN, "operation is not permitted on predefined " + wanted.name() + " network");
        }
        if (named(wanted.name()).isPresent()) {
            throw new NetworkException(Reason.CONFLICT, "network with name " + wanted.name() + " already exists");
        }
        boolean configured = !wanted.subnet().isEmpty();
        Subnet subnet = configured ? unused(wanted.subnet()) : free();
        String gateway = wanted.gateway().isEmpty() ? subnet.at(1).getHostAddress() : wanted.gateway();
        if (!wanted.range().isEmpty() && !subnet.overlaps(Subnet.parse(wanted.range()))) {
            throw new NetworkException(
                    Reason.INVALID,
                    "invalid network config: parent subnet is smaller than child subnet " + wanted.range());
        }
        String id = Ids.random();
        Network network = new Network(
                id,
                wanted.name(),
                Network.BRIDGE,
                cabling.bridgeName(id),
                Instant.now(),
                subnet.toString(),
                wanted.range(),
                gateway,
                configured,
                wanted.internal(),
                wanted.attachable(),
                wanted.auxiliary(),
                wanted.options(),
                wanted.labels());
        if (!subnet.contains(network.gatewayAddress())) {
            throw new NetworkException(
                    Reason.INVALID, "invalid network config: no matching subnet for gateway " + gateway);
        }
        keep(network);
        try {
            cabling.bridge(network);
        } catch (IOException | RuntimeException e) {
            remove(network);
            throw e;
        }
        return network;
    }

    private Subnet unused(String text) throws IOException {
        Subnet subnet = Subnet.parse(text);
        for (Network other : bridged()) {
            if (other.addresses().overlaps(subnet)) {
                throw overlapping();
            }
        }
        if (Subnets.taken(subnet)) {
            throw overlapping();
        }
        return subnet;
    }

    private static NetworkException overlapping() {
        return new NetworkException(
                Reason.FORBIDDEN, "invalid pool request: Pool overlaps with other one on this address space");
    }

    synchronized void remove(Network network) throws IOException {
        cabling.removeBridge(network);
        files.deleteNetwork(network.id());
        networks.remove(network.id());
    }
}
