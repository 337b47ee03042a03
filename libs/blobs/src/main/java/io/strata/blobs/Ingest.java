package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A blob in the making, in parts. Its bytes cannot be read before {@link #complete}. */
public interface Ingest {
    /** As many parts as S3 takes. */
    int MAX_PARTS = 10_000;

    /** Opaque; {@link BlobWriter#reopen} takes it. */
    String id();

    /** Bytes of the first part, at least S3's smallest, 5 MiB. */
    long partSize();

    /**
     * Bytes that part {@code number} should have, the last excepted, which may have any. They grow, so that 10,000 parts
     * hold what a client may send without telling its size: 8 MiB at first are 430 GiB in the end.
     */
    default long partSize(int number) {
        return partSize() * (1 + (number - 1) / 1_000);
    }

    /**
     * Stores exactly {@code size} bytes of {@code content} as part {@code number}, from 1; a part that was there is replaced.
     *
     * @return the part's entity tag, for {@link #complete}
     */
    String putPart(int number, InputStream content, long size) throws IOException;

    /**
     * Makes the blob visible. The caller has digested what it put; the store compares sizes. Again: the same answer.
     *
     * @throws BlobMismatchException when the parts hold another number of bytes; the ingest is over
     */
    BlobFacts complete(Digest digest, long size, String mediaType, List<Part> parts) throws IOException;

    /** Drops the bytes. Without effect on an ingest that is complete or gone. */
    void abort() throws IOException;
}
