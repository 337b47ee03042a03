package io.strata.runtime.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What a client sends, buffered. One thread reads; while it works on an answer it can have the connection {@link #watch
 * watched}, so that it hears when the client goes: what the watching thread reads is not lost, it is the next request.
 */
final class ConnectionInput {
    private static final int CAPACITY = 8 << 10;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY).flip();
    private CompletableFuture<Boolean> watching;

    ConnectionInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** @return the next byte, -1 at the end */
    int read() throws IOException {
        if (!ready()) {
            return -1;
        }
        return buffer.get() & 0xff;
    }

    /** @return how many bytes were read, at least one; -1 at the end */
    int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (length >= CAPACITY && watching == null && !buffer.hasRemaining()) {
            return channel.read(ByteBuffer.wrap(target, offset, Math.min(length, 64 << 10)));
        }
        if (!ready()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    /**
     * Runs {@code gone} when the client ends its side. Called by the reading thread, once it has read the request's body;
     * does nothing when the next request is here already.
     */
    void watch(Runnable gone) {
        if (watching != null || buffer.hasRemaining()) {
            return;
        }
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        watching = result;
        Thread.ofVirtual().name("engine-watch").start(() -> {
            boolean there;
            try {
                there = fillNow();
            } catch (IOException e) {
                result.completeExceptionally(e);
                gone.run();
                return;
            }
            result.complete(there);
            if (!there) {
                gone.run();
            }
        });
    }

    /** While the connection is watched the buffer is the watching thread's: it is not looked at before that is done. */
    private boolean ready() throws IOException {
        if (watching == null) {
            return buffer.hasRemaining() || fillNow();
        }
        CompletableFuture<Boolean> result = watching;
        try {
            boolean there = result.join();
            watching = null;
            return there;
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw e;
        }
    }

    private boolean fillNow() throws IOException {
        buffer.clear();
        int count;
        try {
            count = channel.read(buffer);
        } finally {
            buffer.flip();
        }
        return count > 0;
    }
}
