package io.strata.runtime.network;

import io.strata.layerfs.sys.Fd;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bridges, and the cables from them into namespaces. Interfaces of this home begin with {@code st} (bridges) or
 * {@code sv} (cables' ends on this machine) and its tag, by which {@code down} finds them.
 */
final class Cabling implements Closeable {
    private final String tag;
    private final int mtu;
    private final Namespaces namespaces;
    private final Netlink netlink;
    private final Map<String, Integer> bridges = new HashMap<>();
    private final Map<String, Addresses> addresses = new HashMap<>();

    Cabling(String tag, int mtu, Namespaces namespaces) throws IOException {
        this.tag = tag;
        this.mtu = mtu;
        this.namespaces = namespaces;
        this.netlink = Netlink.open();
    }

    String bridgeName(String networkId) {
        return "st" + tag + networkId.substring(0, 6);
    }

    /** Makes the network's bridge, with the gateway's address, if it is not there. */
    synchronized void bridge(Network network) throws IOException {
        InetAddress gateway = network.gatewayAddress();
        int index = netlink.bridge(network.bridge(), hardwareAddress(gateway), mtu);
        netlink.address(index, network.addresses(), gateway);
        netlink.up(index);
        bridges.put(network.id(), index);
        Addresses given = new Addresses(network.addresses(), network.choices());
        given.mark(gateway);
        for (String other : network.auxiliary().values()) {
            given.mark(HostAddress.parse(other));
        }
        addresses.put(network.id(), given);
    }

    boolean bridged(Network network) throws IOException {
        return netlink.index(network.bridge()).isPresent();
    }

    synchronized void removeBridge(Network network) throws IOException {
        netlink.delete(network.bridge());
        bridges.remove(network.id());
        addresses.remove(network.id());
    }

    private synchronized int bridgeIndex(Network network) throws NetworkException {
        Integer index = bridges.get(network.id());
        if (index == null) {
            throw Network.notFound(network.name());
        }
        return index;
    }

    private synchronized Optional<Addresses> addresses(String networkId) {
        return Optional.ofNullable(addresses.get(networkId));
    }

    /** Marks an address that a container has since before this service started. */
    void mark(String networkId, String address) throws NetworkException {
        if (!address.isEmpty()) {
            InetAddress known = HostAddress.parse(address);
            addresses(networkId).ifPresent(given -> given.mark(known));
        }
    }

    /** What a cable is to be. Empty strings: this node chooses. */
    record Wanted(
            String interfaceName, String ipAddress, String macAddress, List<String> aliases, List<String> names) {}

    /** Lays a cable from the network into the namespace, with an address, and the default route if there is none yet. */
    Connection.Link plug(Path namespace, Network network, Wanted wanted) throws IOException {
        int bridge = bridgeIndex(network);
        Addresses given = addresses(network.id()).orElseThrow(() -> Network.notFound(network.name()));
        Subnet subnet = network.addresses();
        InetAddress address = wanted.ipAddress().isEmpty()
                ? given.take(network.name())
                : given.take(HostAddress.parse(wanted.ipAddress()));
        String hostEnd = "sv" + tag + Ids.random().substring(0, 7);
        byte[] mac = wanted.macAddress().isEmpty() ? hardwareAddress(address) : parseMac(wanted.macAddress());
        try {
            try (Fd fd = namespaces.open(namespace)) {
                netlink.cable(new Netlink.Cable(hostEnd, bridge, wanted.interfaceName(), mac, mtu, fd.number()));
            }
            namespaces.inside(namespace, inner -> {
                int index = inner.index(wanted.interfaceName())
                        .orElseThrow(() -> new IOException("interface " + wanted.interfaceName() + " went away"));
                inner.address(index, subnet, address);
                inner.up(index);
                if (!network.internal()) {
                    inner.defaultRoute(network.gatewayAddress());
                }
            });
        } catch (IOException | RuntimeException e) {
            netlink.delete(hostEnd);
            given.giveBack(address);
            throw e;
        }
        return new Connection.Link(
                network.id(),
                hostEnd,
                new Endpoint(
                        network.name(),
                        network.id(),
                        Ids.random(),
                        wanted.interfaceName(),
                        address.getHostAddress(),
                        subnet.prefixLength(),
                        network.internal() ? "" : network.gateway(),
                        HexFormat.ofDelimiter(":").formatHex(mac),
                        wanted.aliases(),
                        wanted.names()));
    }

    /** Takes the cable away; its address can be given again when it is gone. */
    void unplug(Connection.Link link) throws IOException {
        if (!link.hostEnd().isEmpty()) {
            netlink.delete(link.hostEnd());
            InetAddress address = HostAddress.parse(link.endpoint().ipAddress());
            addresses(link.networkId()).ifPresent(given -> given.giveBack(address));
        }
    }

    void deleteInterface(String name) throws IOException {
        netlink.delete(name);
    }

    /** 02:42 and the address, as Docker did it: an address that is given again is not looked for at another's. */
    private static byte[] hardwareAddress(InetAddress address) {
        byte[] ip = address.getAddress();
        return new byte[] {0x02, 0x42, ip[0], ip[1], ip[2], ip[3]};
    }

    static byte[] parseMac(String text) throws NetworkException {
        try {
            byte[] mac = HexFormat.ofDelimiter(":").parseHex(text.replace('-', ':'));
            if (mac.length == 6) {
                return mac;
            }
        } catch (IllegalArgumentException notHexadecimal) {
            // told below
        }
        throw new NetworkException(
                NetworkException.Reason.INVALID, "invalid MAC address: address " + text + ": invalid MAC address");
    }

    @Override
    public void close() throws IOException {
        netlink.close();
    }
}
