package io.strata.gateway.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes a body that stays silent too long, which wakes its reader: the JDK's client has no time-out for bodies. */
final class StallGuard extends FilterInputStream {
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("upstream-stall-watch").factory());

    private final Duration limit;
    private final ScheduledFuture<?> watch;
    /** {@link System#nanoTime} since when a read has been waiting; 0 while nobody waits. */
    private volatile long waitingSince;

    private volatile boolean stalled;

    StallGuard(InputStream body, Duration limit) {
        super(body);
        this.limit = limit;
        long step = Math.max(10, limit.toMillis() / 4);
        this.watch = WATCH.scheduleAtFixedRate(this::look, step, step, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long since = waitingSince;
        if (since != 0 && System.nanoTime() - since > limit.toNanos()) {
            stalled = true;
            watch.cancel(false);
            try {
                in.close();
            } catch (IOException alreadyBroken) {
                // Its reader hears that it stalled.
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        waitingSince = System.nanoTime() | 1;
        try {
            int read = in.read(into, offset, length);
            if (read < 0 && stalled) {
                throw silent(null);
            }
            return read;
        } catch (IOException e) {
            throw stalled ? silent(e) : e;
        } finally {
            waitingSince = 0;
        }
    }

    private IOException silent(IOException cause) {
        return new IOException("no byte came for " + limit.toSeconds() + " s", cause);
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        in.close();
    }
}
