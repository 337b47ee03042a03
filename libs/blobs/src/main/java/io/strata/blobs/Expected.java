package io.strata.blobs;

import io.strata.oci.Digest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is about to be written.
 *
 * @param owner who writes, for operators: {@code pull:<id>}, {@code commit:<id>}, {@code upload:<id>}
 * @param mediaType as the blob's descriptor will say
 * @param size in bytes, when it is known beforehand
 */
public record Expected(String owner, String mediaType, Optional<Digest> digest, OptionalLong size) {
    public Expected {
        if (size.isPresent() && size.getAsLong() < 0) {
            throw new IllegalArgumentException("a blob cannot have " + size.getAsLong() + " bytes");
        }
    }

    /** Neither digest nor size are known. */
    public static Expected anything(String owner, String mediaType) {
        return new Expected(owner, mediaType, Optional.empty(), OptionalLong.empty());
    }

    /** Exactly this blob. */
    public static Expected exactly(String owner, String mediaType, Digest digest, long size) {
        return new Expected(owner, mediaType, Optional.of(digest), OptionalLong.of(size));
    }
}
