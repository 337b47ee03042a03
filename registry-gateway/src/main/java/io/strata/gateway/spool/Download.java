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
 * One blob on its way from its source to the store, over a file that others read meanwhile. It lives while somebody holds it or reads it; when the last
 * lets go before the end, it is broken off.
 */
public final class Download {
    private final Descriptor blob;
    private final Growing growing;
    private final Spool spool;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** Guarded by this. */
    private int holders;

    private Thread fetcher;
    private boolean over;

    Download(Descriptor blob, Path file, Spool spool) {
        this.blob = blob;
        this.growing = new Growing(file, blob.digest(), blob.size());
        this.spool = spool;
    }

    public Descriptor blob() {
        return blob;
    }

    /** Bytes that came so far. */
    public long current() {
        return growing.written();
    }

    /**
     * Starts the download, unless somebody did.
     *
     * @return whether it was this call that started it
     */
    boolean start(String owner, BlobSource source, BlobWriter store, SpoolConfig config) {
        synchronized (this) {
            if (fetcher != null || over) {
                return false;
            }
            fetcher = Thread.ofVirtual()
                    .name("download-" + blob.digest().shortHex())
                    .unstarted(() -> run(owner, source, store, config));
        }
        fetcher.start();
        return true;
    }

    private void run(String owner, BlobSource source, BlobWriter store, SpoolConfig config) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        try {
            spool.reserve(blob.size());
            try {
                Thread storing = Thread.ofVirtual()
                        .name("store-" + blob.digest().shortHex())
                        .start(() -> store(owner, store, stored));
                try {
                    growing.fill(source, config.resumes());
                    stored.get();
                } finally {
                    if (!stored.isDone()) {
                        growing.fail(new DownloadFailedException("download canceled"));
                        storing.interrupt();
                    }
                }
            } finally {
                spool.ended(this);
            }
            end.complete(null);
        } catch (ExecutionException e) {
            failed(e.getCause());
        } catch (InterruptedException e) {
            failed(new DownloadFailedException("download canceled", e));
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private void store(String owner, BlobWriter store, CompletableFuture<Void> stored) {
        Expected expected = Expected.exactly(owner, blob.mediaType(), blob.digest(), blob.size());
        try (InputStream content = growing.open(0, () -> {})) {
            store.write(expected, content);
            stored.complete(null);
        } catch (IOException | RuntimeException e) {
            stored.completeExceptionally(e);
        }
    }

    private void failed(Throwable why) {
        IOException told = why instanceof IOException io ? io : new DownloadFailedException(why.getMessage(), why);
        growing.fail(told);
        end.completeExceptionally(told);
    }
}
