package io.strata.runtime.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that keeps what it gets, and can be waited on. */
final class Received implements Streams.Output {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @Override
    public synchronized void write(int stream, byte[] bytes, int offset, int length) {
        (stream == 1 ? out : err).write(bytes, offset, length);
        notifyAll();
    }

    @Override
    public void ended() {
        ended.complete(null);
    }

    void awaitEnd() throws Exception {
        ended.get(20, TimeUnit.SECONDS);
    }

    synchronized String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    synchronized String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    synchronized void awaitOut(String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!out().contains(text)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("waited for '" + text + "', got '" + out() + "'");
            }
            wait(left);
        }
    }
}
