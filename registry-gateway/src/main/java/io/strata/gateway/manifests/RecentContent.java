package io.strata.gateway.manifests;

import io.strata.oci.Digest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Bytes that were asked for lately, by their digest: they cannot change. Bounded in bytes; thread safe. */
final class RecentContent {
    private final long limit;
    private final Map<Digest, byte[]> byDigest = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /** @param limit in bytes */
    RecentContent(long limit) {
        this.limit = limit;
    }

    synchronized Optional<byte[]> get(Digest digest) {
        return Optional.ofNullable(byDigest.get(digest));
    }

    synchronized void put(Digest digest, byte[] content) {
        if (content.length > limit / 4 || byDigest.putIfAbsent(digest, content) != null) {
            return;
        }
        bytes += content.length;
        for (Iterator<byte[]> oldest = byDigest.values().iterator(); bytes > limit && oldest.hasNext(); ) {
            bytes -= oldest.next().length;
            oldest.remove();
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
