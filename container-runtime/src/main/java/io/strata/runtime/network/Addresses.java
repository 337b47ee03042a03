package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.net.InetAddress;
import java.util.BitSet;

/**
 * Which addresses of one network are given. They go round: one that was given back is the last to be given again, so that
 * nobody who still knows it speaks to another container.
 */
final class Addresses {
    private final Subnet subnet;
    private final Subnet range;
    private final BitSet given = new BitSet();
    private int next;

    /** @param range a part of {@code subnet} from which addresses are chosen, or all of it */
    Addresses(Subnet subnet, Subnet range) {
        this.subnet = subnet;
        this.range = range;
        given.set(0);
        given.set(subnet.size() - 1);
    }

    /** Marks an address that is in use already; one outside the network means nothing here. */
    synchronized void mark(InetAddress address) {
        if (subnet.contains(address)) {
            given.set(subnet.offsetOf(address));
        }
    }

    /** @throws NetworkException when all are given */
    synchronized InetAddress take(String network) throws NetworkException {
        int start = range.first() - subnet.first();
        for (int tried = 0; tried < range.size(); tried++) {
            int offset = start + (next + tried) % range.size();
            if (!given.get(offset)) {
                given.set(offset);
                next = (offset - start + 1) % range.size();
                return subnet.at(offset);
            }
        }
        throw new NetworkException(
                Reason.FAILED, "no available IPv4 addresses on this network's address pools: " + network);
    }

    /** @throws NetworkException when it is given, or not of this network, with Docker's words */
    synchronized InetAddress take(InetAddress wanted) throws NetworkException {
        if (!subnet.contains(wanted)) {
            throw new NetworkException(
                    Reason.INVALID,
                    "invalid endpoint settings: no configured subnet contains IP address " + wanted.getHostAddress());
        }
        int offset = subnet.offsetOf(wanted);
        if (given.get(offset)) {
            throw new NetworkException(Reason.FORBIDDEN, "Address already in use");
        }
        given.set(offset);
        return wanted;
    }

    synchronized void giveBack(InetAddress address) {
        if (subnet.contains(address)) {
            int offset = subnet.offsetOf(address);
            if (offset != 0 && offset != subnet.size() - 1) {
                given.clear(offset);
            }
        }
    }
}
