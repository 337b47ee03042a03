package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of IPv4 addresses, {@code 172.17.0.0/16}. Numbers count from the range's first address, which is the network's. */
record Subnet(int first, int prefixLength) {
    Subnet {
        if (prefixLength < 8 || prefixLength > 30 || (first & ~mask(prefixLength)) != 0) {
            throw new IllegalArgumentException("not a subnet: " + first + "/" + prefixLength);
        }
    }

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    /** @throws NetworkException for what is not {@code a.b.c.d/n}, with 8 ≤ n ≤ 30 */
    static Subnet parse(String text) throws NetworkException {
        int slash = text.indexOf('/');
        try {
            if (!text.matches("\\d+(\\.\\d+){3}/\\d+")) {
                throw new IllegalArgumentException(text);
            }
            int address = number(InetAddress.ofLiteral(text.substring(0, slash)));
            int prefix = Integer.parseInt(text.substring(slash + 1));
            if (prefix < 8 || prefix > 30) {
                throw new NetworkException(
                        Reason.INVALID, "invalid subnet " + text + ": prefixes from /8 to /30 are supported");
            }
            return new Subnet(address & mask(prefix), prefix);
        } catch (IllegalArgumentException notASubnet) {
            throw new NetworkException(
                    Reason.INVALID, "invalid subnet " + text + ": invalid CIDR block notation", notASubnet);
        }
    }

    /** @throws IllegalArgumentException for IPv6 */
    static int number(InetAddress address) {
        if (!(address instanceof Inet4Address)) {
            throw new IllegalArgumentException(address.getHostAddress() + " is no IPv4 address");
        }
        byte[] b = address.getAddress();
        return (b[0] & 0xFF) << 24 | (b[1] & 0xFF) << 16 | (b[2] & 0xFF) << 8 | (b[3] & 0xFF);
    }

    static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Addresses, the network's and the broadcast's among them. */
    int size() {
        return 1 << (32 - prefixLength);
    }

    InetAddress at(int offset) {
        return address(first + offset);
    }

    /** The broadcast address. */
    InetAddress last() {
        return at(size() - 1);
    }

    int offsetOf(InetAddress address) {
        return number(address) - first;
    }

    boolean contains(InetAddress address) {
        return address instanceof Inet4Address && (number(address) & mask(prefixLength)) == first;
    }

    boolean overlaps(Subnet other) {
        int common = mask(Math.min(prefixLength, other.prefixLength));
        return (first & common) == (other.first & common);
    }

    @Override
    public String toString() {
        return address(first).getHostAddress() + "/" + prefixLength;
    }
}
