package io.strata.gateway.distribution;

import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobMismatchException;
import io.strata.blobs.BlobReader;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs that clients put on {@code /v2/}: in one request, or in many. */
@ApplicationScoped
class Uploads {
    private final UploadRows rows;
    private final PartFiles files;
    private final UploadDigests digests;
    private final BlobReader reader;
    private final BlobWriter writer;
    private final RepositoryBlobs blobs;

    /** Uploads that a request of this process writes to. */
    private final Set<UUID> writing = ConcurrentHashMap.newKeySet();

    Uploads(
            UploadRows rows,
            PartFiles files,
            UploadDigests digests,
            BlobReader reader,
            BlobWriter writer,
            RepositoryBlobs blobs) {
        this.rows = rows;
        this.files = files;
        this.digests = digests;
        this.reader = reader;
        this.writer = writer;
        this.blobs = blobs;
    }

    /** @param algorithm of the digest that will be given at the end, as far as the client said */
    Upload start(V2Name name, String algorithm) {
        return rows.create(name.key(), algorithm);
    }

    /** @throws RegistryException BLOB_UPLOAD_UNKNOWN */
    Upload find(V2Name name, String id) {
        return uuid(id).flatMap(u -> rows.find(name.key(), u)).orElseThrow(() -> unknown(id));
    }

    private static Optional<UUID> uuid(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private static RegistryException unknown(String id) {
        return new RegistryException(
                OciError.BLOB_UPLOAD_UNKNOWN, "there is no such upload, or it was ended", Map.of("upload", id));
    }

    /**
     * A chunk.
     *
     * @param range where the client says it belongs: it must begin where the upload ends
     * @throws RegistryException CHUNK_OUT_OF_ORDER; nothing is changed
     */
    Upload append(V2Name name, String id, Optional<ByteRange> range, InputStream body) throws IOException {
        return write(name, id, range, upload -> {
            try (UploadWriter writing = writer(upload)) {
                return writing.append(body);
            }
        });
    }

    private interface Write<T> {
        T to(Upload upload) throws IOException;
    }

    private <T> T write(V2Name name, String id, Optional<ByteRange> range, Write<T> write) throws IOException {
        Upload known = find(name, id);
        if (!writing.add(known.id())) {
            throw new RegistryException(
                    OciError.CHUNK_OUT_OF_ORDER, "another request writes to this upload", Map.of("upload", id));
        }
        try {
            Upload upload = rows.find(name.key(), known.id()).orElseThrow(() -> unknown(id));
            if (range.filter(r -> r.first() != upload.received()).isPresent()) {
                throw new RegistryException(
                        OciError.CHUNK_OUT_OF_ORDER,
                        "the chunk begins at " + range.get().first() + ", the upload ends at " + upload.received(),
                        Map.of("received", upload.received()));
            }
            return write.to(rows.take(name.key(), known.id()).orElseThrow(() -> unknown(id)));
        } finally {
            writing.remove(known.id());
        }
    }

    private UploadWriter writer(Upload upload) throws IOException {
        return new UploadWriter(upload, rows, files, writer, digests);
    }

    /**
     * The last chunk, which may be empty, and the digest. The blob is the repository's then, and the upload is over; so it is
     * when the digest is another one.
     */
    BlobFacts finish(
            V2Name name, String id, Digest digest, Optional<ByteRange> range, InputStream body, OptionalLong length)
            throws IOException {
        return write(name, id, range, upload -> {
            try {
                BlobFacts blob = upload.received() == 0 && length.orElse(0) > 0
                        ? store(upload.id(), digest, body, length)
                        : complete(upload, digest, body);
                blobs.link(name, blob);
                end(upload);
                return blob;
            } catch (BlobMismatchException | RegistryException refused) {
                if (refused instanceof RegistryException other && other.error() == OciError.CHUNK_OUT_OF_ORDER) {
                    throw refused;
                }
                cancel(rows.find(name.key(), upload.id()).orElse(upload));
                throw refused;
            }
        });
    }

    private BlobFacts complete(Upload upload, Digest digest, InputStream body) throws IOException {
        try (UploadWriter writing = writer(upload)) {
            Upload all = writing.append(body);
            Optional<MessageDigest> seen =
                    writing.digest().filter(d -> all.algorithm().equals(digest.algorithm()));
            if (all.ingest().isEmpty() || all.flushed() == 0) {
                PartFiles.PartFile file = writing.remainder();
                Digest found = seen.isPresent()
                        ? Digest.finish(all.algorithm(), seen.get())
                        : digestOf(file.content(), digest.algorithm());
                require(digest, found);
                Expected expected =
                        Expected.exactly("upload:" + all.id(), UploadWriter.MEDIA_TYPE, digest, all.received());
                return writer.write(expected, file.content());
            }
            if (seen.isEmpty()) {
                throw new RegistryException(
                        OciError.BLOB_UPLOAD_INVALID,
                        "the " + digest.algorithm() + " digest of what was uploaded is not known any more;"
                                + " upload the blob again",
                        Map.of("upload", all.id().toString()));
            }
            require(digest, Digest.finish(all.algorithm(), seen.get()));
            Upload whole = writing.flushRemainder();
            return writer.reopen(whole.ingest().orElseThrow(), whole.partSize())
                    .complete(digest, whole.received(), UploadWriter.MEDIA_TYPE, whole.parts());
        }
    }

    private static void require(Digest expected, Digest found) {
        if (!expected.equals(found)) {
            throw new RegistryException(
                    OciError.DIGEST_INVALID,
                    "the content has the digest " + found + ", " + expected + " was said",
                    Map.of("digest", expected));
        }
    }

    private static Digest digestOf(InputStream content, String algorithm) throws IOException {
        DigestInputStream digesting = new DigestInputStream(content, Digest.messageDigest(algorithm));
        digesting.transferTo(OutputStream.nullOutputStream());
        return Digest.finish(algorithm, digesting.getMessageDigest());
    }

    /** A blob in one request. */
    BlobFacts put(V2Name name, Digest digest, InputStream body, OptionalLong length) throws IOException {
        BlobFacts blob = store(UUID.randomUUID(), digest, body, length);
        blobs.link(name, blob);
        return blob;
    }

    /**
     * Straight to the store. That the store has the blob already is no reason to believe that the client has it: the bytes are
     * digested all the same, else any blob could be had by its digest (CVE-2024-39897).
     */
    private BlobFacts store(UUID id, Digest digest, InputStream body, OptionalLong length) throws IOException {
        Optional<BlobFacts> present = reader.stat(digest);
        if (present.isEmpty()) {
            Counting counting = new Counting(body);
            Expected expected = new Expected("upload:" + id, UploadWriter.MEDIA_TYPE, Optional.of(digest), length);
            BlobFacts written = writer.write(expected, counting);
            if (counting.count() == written.size()) {
                return written;
            }
            present = Optional.of(written);
        }
        require(digest, digestOf(body, digest.algorithm()));
        return present.get();
    }

    /** @throws RegistryException BLOB_UPLOAD_UNKNOWN */
    void cancel(V2Name name, String id) throws IOException {
        cancel(find(name, id));
    }

    /** Ends the upload and drops its bytes. */
    void cancel(Upload upload) throws IOException {
        end(upload);
        if (upload.ingest().isPresent()) {
            writer.reopen(upload.ingest().get(), upload.partSize()).abort();
        }
    }

    private void end(Upload upload) throws IOException {
        rows.remove(upload.id());
        digests.forget(upload.id());
        files.deleteAll(upload.id());
    }
}
