package io.strata.gateway.upstream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** From where an address can be reached, so that an answer from outside is no way to what is inside. */
enum Reach {
    PUBLIC,
    /** RFC 1918, RFC 4193, RFC 6598. */
    PRIVATE,
    LOOPBACK,
    /** 169.254/16 and fe80::/10, where clouds keep their metadata services, and what is no unicast address at all. */
    LINK_LOCAL;

    static Reach of(InetAddress address) {
        byte[] b = address.getAddress();
        if (address instanceof Inet6Address && isNat64(b)) {
            return of(embedded(b));
        }
        if (address.isLoopbackAddress() || address.isAnyLocalAddress() || b.length == 4 && b[0] == 0) {
            return LOOPBACK;
        }
        if (address.isLinkLocalAddress() || address.isMulticastAddress() || b.length == 4 && (b[0] & 0xff) >= 240) {
            return LINK_LOCAL;
        }
        boolean shared = b.length == 4 && (b[0] & 0xff) == 100 && (b[1] & 0xc0) == 64;
        boolean uniqueLocal = b.length == 16 && (b[0] & 0xfe) == 0xfc;
        return address.isSiteLocalAddress() || shared || uniqueLocal ? PRIVATE : PUBLIC;
    }

    /** The most inner of all addresses of a host. */
    static Reach of(InetAddress[] addresses) {
        return Arrays.stream(addresses).map(Reach::of).max(Reach::compareTo).orElse(LINK_LOCAL);
    }

    private static boolean isNat64(byte[] b) {
        byte[] prefix = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
        return Arrays.equals(prefix, 0, 12, b, 0, 12);
    }

    private static InetAddress embedded(byte[] b) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(b, 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
