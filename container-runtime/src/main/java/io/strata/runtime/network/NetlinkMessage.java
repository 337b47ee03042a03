package io.strata.runtime.network;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One message of rtnetlink as {@code include/uapi/linux/rtnetlink.h} lays it out: a header, a fixed part by type, then
 * attributes, which may hold attributes.
 */
final class NetlinkMessage {
    static final int NEWLINK = 16;
    static final int DELLINK = 17;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int NEWROUTE = 24;

    static final int REQUEST = 1;
    static final int ACK = 4;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    static final int IFF_UP = 1;

    private static final int HEADER = 16;

    private final ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    private final Deque<Integer> open = new ArrayDeque<>();

    private NetlinkMessage(int type, int flags) {
        buffer.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(0)
                .putInt(0);
    }

    /** A message of which the fixed part follows. */
    static NetlinkMessage header(int type, int flags) {
        return new NetlinkMessage(type, flags);
    }

    /** @param index of the interface, 0 when it is named by an attribute or is to be made */
    static NetlinkMessage link(int type, int flags, int index, boolean up) {
        return new NetlinkMessage(type, flags).interfaceInfo(index, up);
    }

    /** An IPv4 address for an interface. */
    static NetlinkMessage address(int index, InetAddress address, InetAddress broadcast, int prefixLength) {
        NetlinkMessage message = new NetlinkMessage(NEWADDR, REQUEST | ACK | CREATE | EXCLUSIVE);
        message.buffer
                .put((byte) 2)
                .put((byte) prefixLength)
                .put((byte) 0)
                .put((byte) 0)
                .putInt(index);
        return message.bytes(2, address.getAddress())
                .bytes(1, address.getAddress())
                .bytes(4, broadcast.getAddress());
    }

    /** The default route by {@code gateway}: table main, protocol boot, scope universe, unicast. */
    static NetlinkMessage defaultRoute(InetAddress gateway) {
        NetlinkMessage message = new NetlinkMessage(NEWROUTE, REQUEST | ACK | CREATE | EXCLUSIVE);
        message.buffer.put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
        message.buffer.put((byte) 254).put((byte) 3).put((byte) 0).put((byte) 1).putInt(0);
        return message.bytes(5, gateway.getAddress());
    }

    /** The fixed part of a link, also within a veth's peer. */
    NetlinkMessage interfaceInfo(int index, boolean up) {
        buffer.put((byte) 0).put((byte) 0).putShort((short) 0).putInt(index);
        buffer.putInt(up ? IFF_UP : 0).putInt(up ? IFF_UP : 0);
        return this;
    }

    NetlinkMessage bytes(int type, byte[] value) {
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        return padded();
    }

    NetlinkMessage text(int type, String value) {
        return bytes(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    NetlinkMessage number(int type, int value) {
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    NetlinkMessage begin(int type) {
        open.push(buffer.position());
        buffer.putShort((short) 0).putShort((short) type);
        return this;
    }

    NetlinkMessage end() {
        int start = open.pop();
        buffer.putShort(start, (short) (buffer.position() - start));
        return padded();
    }

    private NetlinkMessage padded() {
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** The message with its length and {@code sequence} filled in. */
    byte[] encoded(int sequence) {
        buffer.putInt(0, buffer.position()).putInt(8, sequence);
        byte[] message = new byte[buffer.position()];
        buffer.get(0, message);
        return message;
    }

    /** Where the kernel's answer says an interface's index: {@code ifinfomsg.ifi_index}. */
    static int indexIn(ByteBuffer answer) {
        return answer.getInt(HEADER + 4);
    }
}
