package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.net.InetAddress;

/** Addresses written as numbers: nothing here ever asks a name server. */
final class HostAddress {
    private HostAddress() {}

    /**
     * @param text an IPv4 or IPv6 address without brackets, or nothing: every address
     * @return the address, the IPv6 wildcard for nothing
     */
    static InetAddress parse(String text) throws NetworkException {
        try {
            return InetAddress.ofLiteral(text.isEmpty() ? "::" : text);
        } catch (IllegalArgumentException notAnAddress) {
            throw new NetworkException(Reason.INVALID, "invalid IP address: " + text, notAnAddress);
        }
    }
}
