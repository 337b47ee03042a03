package io.strata.gateway.distribution;

import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The running digests of uploads between their requests, in memory: the JDK's state can be cloned but not stored, and an
 * implementation whose state can be stored has a tenth of its speed.
 */
@ApplicationScoped
class UploadDigests {
    private final Map<UUID, At> running = new ConcurrentHashMap<>();

    private record At(long position, MessageDigest digest) {}

    /** A copy of the digest of the first {@code position} bytes; empty when another process had them. */
    Optional<MessageDigest> at(UUID upload, long position, String algorithm) {
        if (position == 0) {
            return Optional.of(Digest.messageDigest(algorithm));
        }
        At at = running.get(upload);
        return at != null && at.position() == position ? Optional.of(copy(at.digest())) : Optional.empty();
    }

    void keep(UUID upload, long position, MessageDigest digest) {
        running.put(upload, new At(position, copy(digest)));
    }

    void forget(UUID upload) {
        running.remove(upload);
    }

    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's digests can be cloned", e);
        }
    }
}
