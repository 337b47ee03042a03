package io.strata.runtime.network;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * What nobody waits for: taking namespaces and cables away, which costs the kernel milliseconds each, and rules of the
 * packet filter, without which a published port works too, by its socket. One after another, in the order given.
 */
final class Afterwards implements Closeable {
    private static final Logger LOG = Logger.getLogger(Afterwards.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("network-afterwards").factory());

    interface Work {
        void run() throws IOException;
    }

    /** @param what for the log, when it fails; the next service's sweep tries again */
    void run(String what, Work work) {
        thread.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                LOG.warnf("%s: %s", what, e.getMessage());
            }
        });
    }

    /** Waits for what was given before. */
    void settle() throws IOException {
        try {
            thread.submit(() -> {}).get();
        } catch (ExecutionException impossible) {
            throw new IOException(impossible);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Waits for what was given, and takes no more. */
    @Override
    public void close() {
        thread.close();
    }
}
