package io.strata.gateway.distribution;

import io.strata.blobs.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How far an upload is. Of {@code received} bytes, {@code flushed} are parts of the ingest in S3; the rest is in the file of
 * the next part.
 *
 * @param epoch     of the writer that this view belongs to
 * @param ingest    opened when the first part was full
 * @param partSize  of the first part, in bytes
 * @param etags     of the parts that S3 has, from part 1
 * @param algorithm of the digest that is expected at the end
 */
record Upload(
        UUID id,
        String repository,
        long epoch,
        long received,
        long flushed,
        Optional<String> ingest,
        long partSize,
        List<String> etags,
        String algorithm) {
    int nextPart() {
        return etags.size() + 1;
    }

    long unflushed() {
        return received - flushed;
    }

    Upload with(String ingestId, long ingestPartSize) {
        return new Upload(
                id, repository, epoch, received, flushed, Optional.of(ingestId), ingestPartSize, etags, algorithm);
    }

    /** One more part is in S3, and nothing else was received. */
    Upload withPart(String etag, long size) {
        List<String> more = new ArrayList<>(etags);
        more.add(etag);
        long end = flushed + size;
        return new Upload(id, repository, epoch, end, end, ingest, partSize, List.copyOf(more), algorithm);
    }

    Upload withReceived(long bytes) {
        return new Upload(id, repository, epoch, bytes, flushed, ingest, partSize, etags, algorithm);
    }

    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < etags.size(); i++) {
            parts.add(new Part(i + 1, etags.get(i)));
        }
        return parts;
    }
}
