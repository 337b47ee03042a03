package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hard links whose target comes later in the tar. */
final class ForwardLinks {
    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_HOPS = 40;

    private final Map<ByteString, ByteString> targets = new LinkedHashMap<>();
    private long bytes;

    void add(ByteString path, ByteString target) throws LayerException {
        bytes += path.length() + target.length();
        if (bytes > MOST_BYTES) {
            throw new LayerException(
                    "too many hard links come before their targets: more than " + MOST_BYTES + " bytes of names");
        }
        targets.put(path, target);
    }

    boolean contains(ByteString path) {
        return targets.containsKey(path);
    }

    /** A later entry takes the path, and with it what was to come below it. */
    void replaced(ByteString path) {
        if (!targets.isEmpty()) {
            ByteString below = path.plus(ByteString.of("/"));
            targets.keySet().removeIf(link -> link.equals(path) || link.startsWith(below));
        }
    }

    /** Each link with the entry at the end of its chain. */
    Map<ByteString, ByteString> resolved() throws LayerException {
        Map<ByteString, ByteString> resolved = new LinkedHashMap<>();
        for (Map.Entry<ByteString, ByteString> link : targets.entrySet()) {
            ByteString target = link.getValue();
            for (int hops = 0; targets.containsKey(target); hops++) {
                if (hops == MOST_HOPS) {
                    throw new LayerException("the hard link " + link.getKey() + " leads to more than " + MOST_HOPS
                            + " others, or to itself");
                }
                target = targets.get(target);
            }
            resolved.put(link.getKey(), target);
        }
        return resolved;
    }
}
