package io.strata.runtime.capture;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is written here is read by several readers, each on a thread of its own, a few buffers behind at most. A reader that
 * fails holds nobody up. Readers start with the first byte: when nothing is written, nothing is read.
 */
final class CaptureFork extends OutputStream {
    private static final int BUFFER = 256 << 10;
    private static final int BUFFERS = 8;

    /** Reads one copy. */
    @FunctionalInterface
    interface Reader<T> {
        T read(InputStream copy) throws IOException;
    }

    private static final byte[] END = new byte[0];

    private final List<Branch<?>> branches = new ArrayList<>();
    private byte[] buffer = new byte[BUFFER];
    private int filled;
    private boolean started;
    private boolean closed;

    /** Adds a reader, before anything is written. The answer is cancelled when nothing is written. */
    <T> CompletableFuture<T> branch(String name, Reader<T> reader) {
        Branch<T> branch = new Branch<>(name, reader);
        branches.add(branch);
        return branch.result;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int part = Math.min(left, BUFFER - filled);
            System.arraycopy(bytes, at, buffer, filled, part);
            filled += part;
            at += part;
            left -= part;
            if (filled == BUFFER) {
                hand(buffer);
                buffer = new byte[BUFFER];
                filled = 0;
            }
        }
    }

    private void hand(byte[] content) throws InterruptedIOException {
        if (!started) {
            started = true;
            branches.forEach(Branch::start);
        }
        for (Branch<?> branch : branches) {
            branch.put(content);
        }
    }

    /** Everything was written: the readers come to the end. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (filled > 0) {
            hand(Arrays.copyOf(buffer, filled));
        }
        if (started) {
            hand(END);
        } else {
            branches.forEach(branch -> branch.result.cancel(false));
        }
    }

    /** The content is not whole: the readers fail. */
    void fail(Exception reason) {
        closed = true;
        branches.forEach(branch -> branch.fail(reason));
    }

    private static final class Branch<T> extends InputStream {
        private final String name;
        private final Reader<T> reader;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(BUFFERS);
        private volatile Exception failure;
        private volatile Thread thread;
        private byte[] current = new byte[1];
        private int at = 1;

        Branch(String name, Reader<T> reader) {
            this.name = name;
            this.reader = reader;
        }

        void start() {
            thread = Thread.ofPlatform().daemon().name("capture-" + name).start(this::run);
        }

        private void run() {
            try {
                result.complete(reader.read(this));
            } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
                // The writer may wait for room; from now on it does not.
                waiting.clear();
            }
        }

        void put(byte[] content) throws InterruptedIOException {
            try {
                while (!result.isDone() && !waiting.offer(content, 100, TimeUnit.MILLISECONDS)) {
                    // asks again whether anybody reads
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a layer was captured");
            }
        }

        void fail(Exception reason) {
            failure = reason;
            Thread reading = thread;
            if (reading != null) {
                reading.interrupt();
            } else {
                result.completeExceptionally(reason);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == current.length) {
                current = take();
                at = 0;
            }
            if (current.length == 0) {
                return -1;
            }
            int count = Math.min(length, current.length - at);
            System.arraycopy(current, at, bytes, offset, count);
            at += count;
            return count;
        }

        private byte[] take() throws IOException {
            if (current.length == 0) {
                return current;
            }
            try {
                if (failure == null) {
                    return waiting.take();
                }
            } catch (InterruptedException e) {
                // told below
            }
            throw new IOException("the capture broke off", failure);
        }
    }
}
