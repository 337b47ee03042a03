package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Chooses ranges that nothing on this machine uses, as Docker does: 172.17 to 172.31, then parts of 192.168. */
final class Subnets {
    private static final Path ROUTES = Path.of("/proc/net/route");

    private Subnets() {}

    /** @throws NetworkException with Docker's words when every range is used */
    static Subnet free(Collection<Subnet> ours) throws IOException {
        List<Subnet> used = new ArrayList<>(ours);
        used.addAll(routed(Files.readAllLines(ROUTES)));
        for (Subnet candidate : candidates()) {
            if (used.stream().noneMatch(candidate::overlaps)) {
                return candidate;
            }
        }
        throw new NetworkException(Reason.FAILED, "all predefined address pools have been fully subnetted");
    }

    /** Whether a route of this machine, other than the default one, leads into {@code subnet}. */
    static boolean taken(Subnet subnet) throws IOException {
        return routed(Files.readAllLines(ROUTES)).stream().anyMatch(subnet::overlaps);
    }

    private static List<Subnet> candidates() {
        List<Subnet> all = new ArrayList<>();
        for (int second = 17; second <= 31; second++) {
            all.add(new Subnet(172 << 24 | second << 16, 16));
        }
        for (int third = 0; third < 256; third += 16) {
            all.add(new Subnet(192 << 24 | 168 << 16 | third << 8, 20));
        }
        return all;
    }

    /**
     * @param lines of {@code /proc/net/route}: tab separated, destination second and mask eighth, both as hexadecimal numbers
     *     in the machine's (little endian) order
     */
    static List<Subnet> routed(List<String> lines) {
        List<Subnet> found = new ArrayList<>();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] fields = line.trim().split("\\s+");
            if (fields.length < 8) {
                continue;
            }
            int mask = Integer.reverseBytes(Integer.parseUnsignedInt(fields[7], 16));
            int destination = Integer.reverseBytes(Integer.parseUnsignedInt(fields[1], 16));
            int prefix = Integer.bitCount(mask);
            if (prefix >= 8) {
                int length = Math.min(prefix, 30);
                found.add(new Subnet(destination & (-1 << (32 - length)), length));
            }
        }
        return found;
    }
}
