package io.strata.layerfs;

import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tar of a layer in one pass over its blob. One thread reads and decompresses, one computes the diffID, the caller's
 * thread consumes; between them are {@value #CHUNKS} buffers of {@value #CHUNK_BYTES} bytes, whatever the layer's size. For
 * one consumer at a time. {@link #close()} stops the threads at any point and closes the blob.
 */
public final class LayerStream extends InputStream {
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int CHUNKS = 8;
    private static final long RATIO_COUNTS_FROM = 1L << 30;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final class Chunk {
        private final byte[] bytes = new byte[CHUNK_BYTES];
        private final AtomicInteger users = new AtomicInteger();
        private int length;
        private IOException failure;
        private boolean last;
    }

    private final InputStream tar;
    private final CountedInput blob;
    private final LayerLimits limits;
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> unhashed = new ArrayBlockingQueue<>(CHUNKS);
    private final MessageDigest hash = Digest.messageDigest(Digest.SHA256);
    private final Thread unpacking;
    private final Thread hashing;
    private Chunk current;
    private int at;
    private long position;
    private boolean closed;
    private Digest diffId;

    private LayerStream(InputStream tar, CountedInput blob, LayerLimits limits) {
        this.tar = tar;
        this.blob = blob;
        this.limits = limits;
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new Chunk());
        }
        int number = NUMBER.incrementAndGet();
        unpacking = Thread.ofPlatform().daemon().name("layer-unpack-" + number).unstarted(this::unpack);
        hashing = Thread.ofPlatform().daemon().name("layer-hash-" + number).unstarted(this::hash);
    }

    /** Starts reading {@code blob}. The stream owns it from now on, also when this call fails. */
    public static LayerStream open(Compression compression, InputStream blob, LayerLimits limits) throws IOException {
        CountedInput counted = new CountedInput(blob);
        InputStream tar;
        try {
            tar = Decompression.open(compression, counted);
        } catch (IOException e) {
            blob.close();
            throw e;
        }
        LayerStream stream = new LayerStream(tar, counted, limits);
        stream.unpacking.start();
        stream.hashing.start();
        return stream;
    }

    private void unpack() {
        try {
            long total = 0;
            boolean last = false;
            while (!last) {
                Chunk chunk = free.take();
                chunk.failure = null;
                try {
                    chunk.length = fill(chunk.bytes);
                    total += chunk.length;
                    check(total);
                } catch (IOException e) {
                    chunk.length = 0;
                    chunk.failure = e;
                } catch (RuntimeException | Error e) {
                    chunk.length = 0;
                    chunk.failure = new IOException("reading the layer failed: " + e, e);
                }
                last = chunk.length < CHUNK_BYTES;
                chunk.last = last;
                chunk.users.set(2);
                unhashed.put(chunk);
                filled.put(chunk);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private int fill(byte[] bytes) throws IOException {
        int have = 0;
        while (have < bytes.length) {
            int count = tar.read(bytes, have, bytes.length - have);
            if (count < 0) {
                break;
            }
            have += count;
        }
        return have;
    }

    private void check(long total) throws LayerException {
        if (total > limits.unpackedBytes()) {
            throw new LayerException(
                    "the layer is larger than the limit of " + limits.unpackedBytes() + " uncompressed bytes");
        }
        if (total > RATIO_COUNTS_FROM && total / limits.ratio() > blob.count) {
            throw new LayerException("the layer unpacks to more than " + limits.ratio() + " times its compressed size");
        }
    }

    private void hash() {
        try {
            boolean last = false;
            while (!last) {
                Chunk chunk = unhashed.take();
                last = chunk.last;
                hash.update(chunk.bytes, 0, chunk.length);
                release(chunk);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void release(Chunk chunk) {
        if (chunk.users.decrementAndGet() == 0) {
            free.add(chunk);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ready()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current.bytes, at, bytes, offset, count);
        at += count;
        position += count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long left = count;
        while (left > 0 && ready()) {
            int part = (int) Math.min(left, current.length - at);
            at += part;
            position += part;
            left -= part;
        }
        return count - left;
    }

    /** Makes {@code current} a chunk with bytes left. @return false at the end */
    private boolean ready() throws IOException {
        if (closed) {
            throw new IOException("the layer's stream is closed");
        }
        while (current == null || at == current.length) {
            if (current != null && current.failure != null) {
                throw current.failure;
            }
            if (current != null && current.last) {
                return false;
            }
            Chunk used = current;
            current = take();
            at = 0;
            if (used != null) {
                release(used);
            }
        }
        return true;
    }

    private Chunk take() throws InterruptedIOException {
        try {
            return filled.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a layer was read");
        }
    }

    /** Bytes of the tar that were consumed. */
    public long position() {
        return position;
    }

    /**
     * Reads what is left (a tar may have padding after its end) and gives the digest of the whole tar.
     *
     * @throws LayerException when the blob is damaged or exceeds a limit
     */
    public Digest finish() throws IOException {
        while (skip(Long.MAX_VALUE) > 0) {
            // skip ends only at the end of the stream
        }
        try {
            hashing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a layer was digested");
        }
        if (diffId == null) {
            diffId = Digest.finish(Digest.SHA256, hash);
        }
        return diffId;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        unpacking.interrupt();
        hashing.interrupt();
        // Unblocks a read that waits for the network; the decompressor is closed once its thread has left it.
        blob.close();
        boolean interrupted = false;
        for (Thread thread : new Thread[] {unpacking, hashing}) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        tar.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class CountedInput extends FilterInputStream {
        private volatile long count;

        CountedInput(InputStream blob) {
            super(blob);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                count += read;
            }
            return read;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }
}
