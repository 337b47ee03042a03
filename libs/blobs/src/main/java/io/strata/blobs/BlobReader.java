package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads blobs that are visible, which is: complete, durable, and of the digest that names them. */
public interface BlobReader {
    Optional<BlobFacts> stat(Digest digest) throws IOException;

    /** Those of {@code digests} that are there, in no order. */
    List<BlobFacts> lookup(Collection<Digest> digests) throws IOException;

    /**
     * The blob's bytes from {@code offset} on. From offset 0 the digest is checked: where a stream would end, it throws
     * {@link BlobMismatchException} when the bytes were not the blob's. A connection that breaks is taken up where it broke.
     *
     * @throws BlobNotFoundException when it is not there
     * @throws IllegalArgumentException when {@code offset} is negative or beyond the end
     */
    InputStream open(Digest digest, long offset) throws IOException;

    /**
     * An address that answers a GET (with Range) for a while, for whoever has it. A secret: not to be logged.
     *
     * @throws BlobNotFoundException when it is not there
     */
    URI locate(Digest digest) throws IOException;
}
