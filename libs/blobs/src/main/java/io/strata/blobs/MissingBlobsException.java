package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.util.List;

/** Blobs that were to be held are not in the store; nothing is held. */
public final class MissingBlobsException extends IOException {
    private final transient List<Digest> missing;

    public MissingBlobsException(List<Digest> missing) {
        super("the store lacks " + missing.size() + (missing.size() == 1 ? " blob: " : " blobs: ") + missing);
        this.missing = List.copyOf(missing);
    }

    public List<Digest> missing() {
        return missing;
    }
}
