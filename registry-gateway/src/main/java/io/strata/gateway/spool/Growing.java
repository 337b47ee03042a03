package io.strata.gateway.spool;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of known length that one thread writes and any number read meanwhile. Its last byte is readable only when the digest of all of it was found
 * right, so a reader that reached the end has the blob.
 */
final class Growing {
    private final Path file;
    private final Digest digest;
    private final long size;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. */
    private long written;

    private boolean verified;
    private IOException failure;

    Growing(Path file, Digest digest, long size) {
        this.file = file;
        this.digest = digest;
        this.size = size;
    }

    long size() {
        return size;
    }

    /** Bytes that came so far. */
    long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    /** Whether all of it came and is right. */
    boolean verified() {
        lock.lock();
        try {
            return verified;
        } finally {
            lock.unlock();
        }
    }

    /** Takes all of {@code source}, going on where it broke off; returns when the blob is complete and right. */
    void fill(BlobSource source, int resumes) throws IOException {
        MessageDigest running = digest.newMessageDigest();
        try (FileChannel to = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copyAll(source, to, running, resumes);
        }
        Digest found = Digest.finish(digest.algorithm(), running);
        if (!found.equals(digest)) {
            throw new DownloadFailedException(
                    "filesystem layer verification failed for digest " + digest + ": what was sent has " + found);
        }
        change(() -> verified = true);
    }

    private void copyAll(BlobSource source, FileChannel to, MessageDigest running, int resumes) throws IOException {
        byte[] buffer = new byte[128 << 10];
        int failures = 0;
        while (true) {
            long before = written();
            try (InputStream from = source.open(before)) {
                copy(from, to, running, buffer);
                return;
            } catch (DownloadFailedException e) {
                throw e;
            } catch (IOException e) {
                failures = written() > before ? 1 : failures + 1;
                if (failures > resumes || Thread.currentThread().isInterrupted() || !to.isOpen()) {
                    throw e;
                }
                pause(failures);
            }
        }
    }

    private void copy(InputStream from, FileChannel to, MessageDigest running, byte[] buffer) throws IOException {
        long at = written();
        while (at < size) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, size - at));
            if (read < 0) {
                throw new IOException("unexpected EOF: " + at + " of " + size + " bytes came");
            }
            running.update(buffer, 0, read);
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            at += read;
            long now = at;
            change(() -> written = now);
        }
        if (from.read(buffer, 0, 1) >= 0) {
            throw new DownloadFailedException(
                    "blob " + digest + " has more than the " + size + " bytes it was said to have");
        }
    }

    /** 0.1 s, doubled each time: what broke a connection may break the next one too. */
    private static void pause(int failures) throws IOException {
        try {
            Thread.sleep(Duration.ofMillis(50L << failures));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadFailedException("download canceled", e);
        }
    }

    /** Readers that want more than there is hear this. Without effect when the blob is complete. */
    void fail(IOException why) {
        change(() -> failure = failure == null ? why : failure);
    }

    private void change(Runnable how) {
        lock.lock();
        try {
            how.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The blob from {@code offset} on, as it grows. Needs the file to be there when its first byte is read, no longer. */
    InputStream open(long offset) {
        return new Reader(offset);
    }

    /** Waits until there is something behind {@code position}; returns up to where can be read. */
    private long await(long position) throws IOException {
        lock.lock();
        try {
            while (true) {
                long readable = verified ? size : Math.min(written, size - 1);
                if (position < readable || verified) {
                    return readable;
                }
                if (failure != null) {
                    throw new DownloadFailedException(failure.getMessage(), failure);
                }
                if (!changed.await(1, TimeUnit.HOURS)) {
                    throw new DownloadFailedException("no byte of " + digest + " came for an hour");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadFailedException("reading canceled", e);
        } finally {
            lock.unlock();
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** With a channel of its own: an interrupt closes the channel that it meets. */
    private final class Reader extends InputStream {
        private long position;
        private FileChannel channel;

        Reader(long offset) {
            this.position = offset;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long readable = await(position);
            if (position >= readable) {
                return -1;
            }
            if (channel == null) {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            }
            int wanted = (int) Math.min(length, readable - position);
            int read = channel.read(ByteBuffer.wrap(into, offset, wanted), position);
            if (read < 0) {
                throw new DownloadFailedException("the spool of " + digest + " was cut on disk");
            }
            position += read;
            return read;
        }

        @Override
        public int available() {
            long ahead = Math.min(written(), size - 1) - position;
            return (int) Math.clamp(ahead, 0, Integer.MAX_VALUE);
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
