package io.strata.gateway.distribution;

import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.Ingest;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One request's bytes of an upload: over files of a part's size into parts, digested as they come. A full part goes to S3
 * while the next one fills. The row is saved at each part, so that nothing that S3 has is lost when the process dies.
 */
final class UploadWriter implements AutoCloseable {
    static final String MEDIA_TYPE = "application/octet-stream";

    /** Until the ingest says otherwise; also how much is kept in a file before there is an ingest. */
    private static final long FIRST_PART = 8 << 20;

    private static final int CHUNK = 64 << 10;

    private final UploadRows rows;
    private final PartFiles files;
    private final BlobWriter store;
    private final UploadDigests digests;

    private Upload saved;
    private long received;
    private Optional<MessageDigest> digest;
    private PartFiles.PartFile file;
    private int number;
    private Sending sending;

    private record Sending(PartFiles.PartFile file, Optional<MessageDigest> digestAfter, FutureTask<String> task) {}

    UploadWriter(Upload upload, UploadRows rows, PartFiles files, BlobWriter store, UploadDigests digests)
            throws IOException {
        this.rows = rows;
        this.files = files;
        this.store = store;
        this.digests = digests;
        this.saved = upload;
        this.received = upload.received();
        this.number = upload.nextPart();
        this.file = files.open(upload.id(), number, upload.unflushed());
        this.digest = digests.at(upload.id(), upload.received(), upload.algorithm());
        if (digest.isEmpty() && upload.flushed() == 0) {
            // Another process had the running state; all bytes are still here.
            this.digest = Optional.of(reread(upload.algorithm()));
        }
    }

    private MessageDigest reread(String algorithm) throws IOException {
        MessageDigest fresh = io.strata.oci.Digest.messageDigest(algorithm);
        InputStream content = file.content();
        byte[] chunk = new byte[CHUNK];
        for (int got = content.read(chunk); got > 0; got = content.read(chunk)) {
            fresh.update(chunk, 0, got);
        }
        return fresh;
    }

    /** Takes {@code body} to its end. What came before it broke is kept: the client asks how far it got. */
    Upload append(InputStream body) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try {
            while (true) {
                if (file.size() >= partSize()) {
                    send();
                }
                int room = (int) Math.min(CHUNK, Math.max(1, partSize() - file.size()));
                int got = body.read(chunk, 0, room);
                if (got < 0) {
                    break;
                }
                file.append(chunk, got);
                digest.ifPresent(d -> d.update(chunk, 0, got));
                received += got;
            }
        } finally {
            settle();
        }
        return saved;
    }

    private long partSize() {
        return saved.ingest().isPresent() ? ingest().partSize(number) : FIRST_PART;
    }

    private Ingest ingest() {
        return store.reopen(saved.ingest().orElseThrow(), saved.partSize());
    }

    /** Gives the full part to S3 and goes on with the next one, when the one before it is there. */
    private void send() throws IOException {
        if (saved.ingest().isEmpty()) {
            Ingest opened = store.begin(Expected.anything("upload:" + saved.id(), MEDIA_TYPE));
            saved = saved.with(opened.id(), opened.partSize());
            save(saved);
            if (file.size() < opened.partSize(number)) {
                return;
            }
        }
        awaitSent();
        if (number > Ingest.MAX_PARTS) {
            throw new RegistryException(
                    OciError.SIZE_INVALID, "the blob has too many parts", Map.of("bytes", received));
        }
        PartFiles.PartFile full = file;
        int part = number;
        Ingest ingest = ingest();
        FutureTask<String> task = new FutureTask<>(() -> ingest.putPart(part, full.content(), full.size()));
        Thread.ofVirtual().name("upload-part-", part).start(task);
        sending = new Sending(full, digest.map(UploadDigests::copy), task);
        number++;
        file = files.open(saved.id(), number, 0);
    }

    private void awaitSent() throws IOException {
        if (sending == null) {
            return;
        }
        Sending done = sending;
        sending = null;
        String etag;
        try {
            etag = done.task().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a part was stored", e);
        }
        saved = saved.withPart(etag, done.file().size());
        save(saved);
        done.digestAfter().ifPresent(d -> digests.keep(saved.id(), saved.received(), d));
        done.file().delete();
    }

    private void settle() throws IOException {
        awaitSent();
        saved = saved.withReceived(received);
        save(saved);
        digest.ifPresent(d -> digests.keep(saved.id(), received, d));
    }

    private void save(Upload upload) {
        if (!rows.save(upload)) {
            throw new RegistryException(
                    OciError.CHUNK_OUT_OF_ORDER,
                    "another request goes on with this upload",
                    Map.of("upload", upload.id().toString()));
        }
    }

    /** The digest of everything, when this process saw everything. */
    Optional<MessageDigest> digest() {
        return digest.map(UploadDigests::copy);
    }

    /** What is not in a part: everything, when there is no ingest. */
    PartFiles.PartFile remainder() {
        return file;
    }

    /** Sends what is left as the last part. */
    Upload flushRemainder() throws IOException {
        if (file.size() > 0) {
            String etag = ingest().putPart(number, file.content(), file.size());
            saved = saved.withPart(etag, file.size());
            save(saved);
        }
        return saved;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
