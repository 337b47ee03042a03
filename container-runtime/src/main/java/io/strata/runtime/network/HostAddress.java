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
            // Java also takes "1.2.3" and "127.1", as BSD did.
            if (!text.isEmpty() && text.indexOf(':') < 0 && !text.matches("\\d+(\\.\\d+){3}")) {
                throw new IllegalArgumentException(text);
            }
            return InetAddress.ofLiteral(text.isEmpty() ? "::" : text);
        } catch (IllegalArgumentException notAnAddress) {
            throw new NetworkException(Reason.INVALID, "invalid IP address: " + text, notAnAddress);
        }
    }
}
