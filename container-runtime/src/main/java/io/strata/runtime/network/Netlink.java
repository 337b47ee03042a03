package io.strata.runtime.network;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Interfaces, addresses and routes of the network namespace in which the calling thread opened this: rtnetlink(7), one
 * request at a time, each acknowledged. A program ({@code ip}, a CNI plugin) for each step costs 4 ms of fork and exec;
 * a request here some tens of microseconds.
 */
final class Netlink implements Closeable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 02000000;
    private static final int NLMSG_ERROR = 2;
    private static final int ENODEV = 19;
    private static final int EEXIST = 17;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(32768, 8);
    private final int socket;
    private int sequence;

    private Netlink(int socket) {
        this.socket = socket;
    }

    static Netlink open() throws IOException {
        return new Netlink((int) NetworkCall.SOCKET.call(AF_NETLINK, SOCK_RAW_CLOEXEC, 0, 0));
    }

    /** @return the interface's index, if there is one of that name */
    synchronized Optional<Integer> index(String name) throws IOException {
        NetlinkMessage message = NetlinkMessage.link(NetlinkMessage.GETLINK, NetlinkMessage.REQUEST, 0, false)
                .text(IFLA_IFNAME, name);
        ByteBuffer answer = exchange(message);
        if (answer.getShort(4) == NLMSG_ERROR) {
            int errno = -answer.getInt(16);
            if (errno == ENODEV) {
                return Optional.empty();
            }
            throw failed("look up interface " + name, errno);
        }
        return Optional.of(NetlinkMessage.indexIn(answer));
    }

    /** Makes a bridge, up, with that hardware address; one that is there is taken. @return its index */
    synchronized int bridge(String name, byte[] hardwareAddress, int mtu) throws IOException {
        NetlinkMessage message = create().interfaceInfo(0, true)
                .text(IFLA_IFNAME, name)
                .bytes(IFLA_ADDRESS, hardwareAddress)
                .number(IFLA_MTU, mtu)
                .begin(IFLA_LINKINFO)
                .text(IFLA_INFO_KIND, "bridge")
                .end();
        acknowledged(message, "make bridge " + name, EEXIST);
        return index(name).orElseThrow(() -> new IOException("bridge " + name + " went away as it was made"));
    }

    /** A cable: one end here, up and in the bridge, the other, down, in the namespace that {@code namespaceFd} is. */
    record Cable(
            String hostEnd, int bridgeIndex, String containerEnd, byte[] hardwareAddress, int mtu, int namespaceFd) {}

    synchronized void cable(Cable cable) throws IOException {
        NetlinkMessage message = create().interfaceInfo(0, true)
                .text(IFLA_IFNAME, cable.hostEnd())
                .number(IFLA_MTU, cable.mtu())
                .number(IFLA_MASTER, cable.bridgeIndex())
                .begin(IFLA_LINKINFO)
                .text(IFLA_INFO_KIND, "veth")
                .begin(IFLA_INFO_DATA)
                .begin(VETH_INFO_PEER)
                // Not up yet: the kernel's veth_open refuses an end that does not know the other.
                .interfaceInfo(0, false)
                .text(IFLA_IFNAME, cable.containerEnd())
                .bytes(IFLA_ADDRESS, cable.hardwareAddress())
                .number(IFLA_MTU, cable.mtu())
                .number(IFLA_NET_NS_FD, cable.namespaceFd())
                .end()
                .end()
                .end();
        acknowledged(message, "make interface " + cable.hostEnd(), 0);
    }

    private static NetlinkMessage create() {
        return NetlinkMessage.header(
                NetlinkMessage.NEWLINK,
                NetlinkMessage.REQUEST | NetlinkMessage.ACK | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE);
    }

    synchronized void up(int index) throws IOException {
        acknowledged(
                NetlinkMessage.link(NetlinkMessage.NEWLINK, NetlinkMessage.REQUEST | NetlinkMessage.ACK, index, true),
                "set interface " + index + " up",
                0);
    }

    /** Gives the interface an address; one that it has already is no error. */
    synchronized void address(int index, Subnet subnet, InetAddress address) throws IOException {
        acknowledged(
                NetlinkMessage.address(index, address, subnet.last(), subnet.prefixLength()),
                "give interface " + index + " the address " + address.getHostAddress(),
                EEXIST);
    }

    /** A default route that is there already stays. */
    synchronized void defaultRoute(InetAddress gateway) throws IOException {
        acknowledged(
                NetlinkMessage.defaultRoute(gateway), "set the default route by " + gateway.getHostAddress(), EEXIST);
    }

    /** What is not there is no error. */
    synchronized void delete(String name) throws IOException {
        acknowledged(
                NetlinkMessage.link(NetlinkMessage.DELLINK, NetlinkMessage.REQUEST | NetlinkMessage.ACK, 0, false)
                        .text(IFLA_IFNAME, name),
                "delete interface " + name,
                ENODEV);
    }

    private void acknowledged(NetlinkMessage message, String what, int allowed) throws IOException {
        ByteBuffer answer = exchange(message);
        int errno = answer.getShort(4) == NLMSG_ERROR ? -answer.getInt(16) : 0;
        if (errno != 0 && errno != allowed) {
            throw failed(what, errno);
        }
    }

    private static IOException failed(String what, int errno) {
        return new IOException("cannot " + what + ": errno " + errno);
    }

    /** Every request used here has one answer, of at most a datagram. */
    private ByteBuffer exchange(NetlinkMessage message) throws IOException {
        byte[] request = message.encoded(++sequence);
        MemorySegment.copy(request, 0, buffer, ValueLayout.JAVA_BYTE, 0, request.length);
        NetworkCall.SENDTO.call(socket, buffer.address(), request.length, 0);
        long length = NetworkCall.RECVFROM.call(socket, buffer.address(), buffer.byteSize(), 0);
        ByteBuffer answer = ByteBuffer.wrap(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
                .order(ByteOrder.nativeOrder());
        if (length < 20 || answer.getInt(8) != sequence) {
            throw new IOException("the kernel's netlink answered out of turn");
        }
        return answer;
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            NetworkCall.CLOSE.call(socket, 0, 0, 0);
        } finally {
            arena.close();
        }
    }
}
