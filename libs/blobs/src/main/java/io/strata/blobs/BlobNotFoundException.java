package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;

/** The store has no such blob, or had it and forgot it. */
public final class BlobNotFoundException extends IOException {
    private final transient Digest digest;

    public BlobNotFoundException(Digest digest) {
        super("the store has no blob " + digest);
        this.digest = digest;
    }

    public Digest digest() {
        return digest;
    }
}
