package io.strata.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Exactly so many bytes of a source on their way out. It never gives more, fails when the source has less, remembers the
 * source's own failure (the HTTP client wraps it), and knows for how long the other side has taken nothing.
 */
final class Outgoing extends InputStream {
    private final InputStream source;
    private final long size;
    private volatile long count;
    private volatile boolean inSource;
    private volatile long lastMove = System.nanoTime();
    private volatile IOException failure;
    private volatile boolean closed;

    Outgoing(InputStream source, long size) {
        this.source = source;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (count == size) {
            return -1;
        }
        if (closed) {
            throw new IOException("the upload is over");
        }
        inSource = true;
        try {
            int got = source.read(buffer, offset, (int) Math.min(length, size - count));
            if (got < 0) {
                throw BlobMismatchException.size(size, count);
            }
            moved(got);
            return got;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            lastMove = System.nanoTime();
            inSource = false;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads; others only look.
    private void moved(int bytes) {
        count += bytes;
    }

    /** How long the receiver has asked for nothing; the source's own slowness is not counted. */
    Duration idle() {
        return inSource ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastMove);
    }

    long count() {
        return count;
    }

    void rethrow() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Leaves the source open: it is the caller's. */
    @Override
    public void close() {
        closed = true;
    }
}
