package io.strata.gateway.spool;

import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One blob on its way from its source to the store, over a file that others read meanwhile. Fetching digests it; storing follows behind. {@link Spool}
 * knows who wants it.
 */
final class Download {
    private final Descriptor blob;
    private final Growing growing;
    private final CompletableFuture<Void> stored = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Thread fetcher;

    Download(Descriptor blob, Path file) {
        this.blob = blob;
        this.growing = new Growing(file, blob.digest(), blob.size());
    }

    Descriptor blob() {
        return blob;
    }

    Growing growing() {
        return growing;
    }

    boolean hasStarted() {
        return fetcher != null;
    }

    /** Fetches and stores, on a thread of its own. {@link Spool} calls this once, under its lock. */
    void start(String owner, BlobSource source, BlobWriter store, Spool spool, int resumes) {
        fetcher = Thread.ofVirtual()
                .name("download-" + blob.digest().shortHex())
                .start(() -> run(owner, source, store, spool, resumes));
    }

    private void run(String owner, BlobSource source, BlobWriter store, Spool spool, int resumes) {
        Optional<IOException> failure = Optional.empty();
        try {
            spool.reserve(this);
            Thread storing =
                    Thread.ofVirtual().name("store-" + blob.digest().shortHex()).start(() -> store(owner, store));
            fetch(source, resumes, storing);
            stored.get();
        } catch (ExecutionException e) {
            failure = Optional.of(told(e.getCause()));
        } catch (InterruptedException e) {
            failure = Optional.of(new DownloadFailedException("download canceled", e));
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(told(e));
        }
        failure.ifPresent(growing::fail);
        // Who hears of the end finds the spool without it.
        spool.ended(this);
        failure.ifPresentOrElse(end::completeExceptionally, () -> end.complete(null));
    }

    private void fetch(BlobSource source, int resumes, Thread storing) throws IOException {
        try {
            growing.fill(source, resumes);
        } catch (IOException | RuntimeException e) {
            // When the store failed first, it has interrupted this thread.
            IOException why = told(stored.isCompletedExceptionally() ? stored.exceptionNow() : e);
            growing.fail(why);
            storing.interrupt();
            throw why;
        }
    }

    private static IOException told(Throwable why) {
        return why instanceof IOException io ? io : new DownloadFailedException(why.getMessage(), why);
    }

    private void store(String owner, BlobWriter store) {
        Expected expected = Expected.exactly(owner, blob.mediaType(), blob.digest(), blob.size());
        try (InputStream content = growing.open(0)) {
            store.write(expected, content);
            stored.complete(null);
        } catch (IOException | RuntimeException e) {
            // Set before the interrupt, so that the fetcher tells this and not that it was interrupted.
            stored.completeExceptionally(e);
            if (!growing.verified()) {
                fetcher.interrupt();
            }
        }
    }

    void cancel() {
        if (fetcher != null) {
            fetcher.interrupt();
        }
        growing.fail(new DownloadFailedException("download canceled"));
    }

    /**
     * Waits for the end, for at most so long.
     *
     * @return whether the blob is in the store
     * @throws IOException when it will not be
     */
    boolean await(Duration atMost) throws IOException, InterruptedException {
        try {
            end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException e) {
            throw new DownloadFailedException(e.getCause().getMessage(), e.getCause());
        }
    }
}
