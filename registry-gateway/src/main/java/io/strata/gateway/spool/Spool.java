package io.strata.gateway.spool;

import io.quarkus.runtime.Startup;
import io.strata.blobs.BlobWriter;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Downloads under way in this process: one for a blob, whoever wants it. A download lives while somebody holds or reads it; when the last one lets go before it
 * is complete, it is broken off. A file is removed when its download is over and nobody reads it.
 */
@Startup
@ApplicationScoped
public class Spool {
    private static final Logger LOG = Logger.getLogger(Spool.class);
    private static final String SUFFIX = ".blob";

    private record Key(Digest digest, long size) {}

    private static final class Entry {
        private final Download download;
        private int wanted;
        private boolean reserved;
        private boolean over;

        Entry(Download download) {
            this.download = download;
        }
    }

    private final BlobWriter store;
    private final Path folder;
    private final long max;
    private final int resumes;
    private final FileChannel lockFile;

    /** Guarded by this: all below. */
    private final Map<Key, Entry> current = new HashMap<>();

    private final Map<Download, Entry> all = new HashMap<>();
    private long reserved;

    Spool(SpoolConfig config, BlobWriter store) {
        this.store = store;
        this.folder = config.folder().toAbsolutePath().normalize();
        this.max = config.max().asLongValue();
        this.resumes = config.resumes();
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            this.lockFile = lock(folder.resolve("lock"));
            clear();
        } catch (IOException e) {
            throw new UncheckedIOException("the spool folder " + folder + " (STRATA_SPOOL) cannot be used", e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("another spool of this process has it", e);
        }
        channel.close();
        throw new IOException("another process has it");
    }

    private void clear() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    @PreDestroy
    void close() throws IOException {
        synchronized (this) {
            all.keySet().forEach(Download::cancel);
        }
        lockFile.close();
    }

    /** Somebody's wish for a blob. Closing it takes the wish back. */
    public final class Hold implements AutoCloseable {
        private final Entry entry;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Hold(Entry entry) {
            this.entry = entry;
        }

        /**
         * Starts the download, unless somebody did.
         *
         * @param owner who wants it, for operators: {@code pull:<id>}
         * @return whether it was this call
         */
        public boolean start(String owner, BlobSource source) {
            synchronized (Spool.this) {
                if (entry.download.hasStarted() || entry.over) {
                    return false;
                }
                entry.download.start(owner, source, store, Spool.this, resumes);
                return true;
            }
        }

        /** Bytes that came so far. */
        public long current() {
            return entry.download.growing().written();
        }

        /**
         * Waits for the end, for at most so long.
         *
         * @return whether the blob is in the store
         * @throws DownloadFailedException when it will not be
         */
        public boolean await(Duration atMost) throws IOException, InterruptedException {
            return entry.download.await(atMost);
        }

        /** The blob from {@code offset} on, as it grows; closing the stream closes this hold too. */
        public InputStream open(long offset) {
            return new FilterInputStream(entry.download.growing().open(offset)) {
                @Override
                public void close() throws IOException {
                    try {
                        super.close();
                    } finally {
                        Hold.this.close();
                    }
                }
            };
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release(entry);
            }
        }
    }

    /**
     * Joins the blob's download, or makes one that waits for its {@link Hold#start}.
     *
     * @throws DownloadFailedException when the blob is larger than the spool may be
     */
    public synchronized Hold join(Descriptor blob) throws DownloadFailedException {
        if (blob.size() < 0 || blob.size() > max) {
            throw new DownloadFailedException("blob " + blob.digest() + " has " + blob.size()
                    + " bytes, more than the spool's " + max + " (STRATA_SPOOL_MAX)");
        }
        Key key = new Key(blob.digest(), blob.size());
        Entry entry = current.computeIfAbsent(key, k -> {
            Path file = folder.resolve(blob.digest().shortHex() + "-" + UUID.randomUUID() + SUFFIX);
            Entry made = new Entry(new Download(blob, file));
            all.put(made.download, made);
            return made;
        });
        entry.wanted++;
        return new Hold(entry);
    }

    /** A blob that is being fetched, or is about to be. */
    public record Reading(long size, Hold hold) {}

    /** Joins the blob's download as a reader, if there is one. */
    public synchronized Optional<Reading> find(Digest digest) {
        return current.entrySet().stream()
                .filter(e -> e.getKey().digest().equals(digest))
                .map(Map.Entry::getValue)
                .findFirst()
                .map(entry -> {
                    entry.wanted++;
                    return new Reading(entry.download.blob().size(), new Hold(entry));
                });
    }

    /** Waits until the download fits. */
    synchronized void reserve(Download download) throws InterruptedException {
        long size = download.blob().size();
        while (reserved + size > max) {
            wait();
        }
        reserved += size;
        all.get(download).reserved = true;
    }

    /** The download stores nothing more; new readers go to the store. */
    synchronized void ended(Download download) {
        Entry entry = all.get(download);
        entry.over = true;
        forget(entry);
        if (entry.wanted == 0) {
            remove(entry);
        }
    }

    private synchronized void release(Entry entry) {
        entry.wanted--;
        if (entry.wanted > 0) {
            return;
        }
        if (entry.over || !entry.download.hasStarted()) {
            forget(entry);
            remove(entry);
        } else if (!entry.download.growing().verified()) {
            // What is complete is stored to the end; what is not, nobody wants. A newcomer starts anew.
            forget(entry);
            entry.download.cancel();
        }
    }

    private void forget(Entry entry) {
        Descriptor blob = entry.download.blob();
        current.remove(new Key(blob.digest(), blob.size()), entry);
    }

    private void remove(Entry entry) {
        all.remove(entry.download);
        try {
            entry.download.growing().delete();
        } catch (IOException e) {
            LOG.warnf("a file of the spool was not removed: %s", e.getMessage());
        }
        if (entry.reserved) {
            reserved -= entry.download.blob().size();
            notifyAll();
        }
    }
}
