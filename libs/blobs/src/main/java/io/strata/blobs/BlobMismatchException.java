package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;

/** Bytes that are not what they were said to be: another digest, or another size. The message says which. */
public final class BlobMismatchException extends IOException {
    public BlobMismatchException(String message) {
        super(message);
    }

    static BlobMismatchException digest(Digest expected, Digest found) {
        return new BlobMismatchException("the content has the digest " + found + ", " + expected + " was expected");
    }

    static BlobMismatchException size(long expected, long found) {
        return new BlobMismatchException("the content has " + found + " bytes, " + expected + " were expected");
    }
}
