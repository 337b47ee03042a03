package io.strata.blobs;

import java.io.IOException;
import java.io.InputStream;

/** Writes blobs. Nothing of a blob is visible before all of it was found right. */
public interface BlobWriter {
    /**
     * Stores {@code content} to its end and digests it meanwhile. When its size is expected it goes straight to the store;
     * else over a file of a part's size. Memory is bounded whatever the size. When the expected digest is in the store
     * already, {@code content} is not read. The caller closes {@code content}.
     *
     * @return the facts, with the digest (sha256 unless another was expected)
     * @throws BlobMismatchException when digest or size are not the expected ones; the store is as before
     * @throws IOException when {@code content} or the store fails; the store is as before
     */
    BlobFacts write(Expected expected, InputStream content) throws IOException;

    /** Opens an ingest for content that comes in pieces, over more than one call. */
    Ingest begin(Expected expected) throws IOException;

    /** An ingest that {@link #begin} opened, perhaps in another process. Asks nobody: one that is gone answers so later. */
    Ingest reopen(String id, long partSize);
}
