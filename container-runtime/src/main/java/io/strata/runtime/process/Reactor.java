package io.strata.runtime.process;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * One thread that waits for all descriptors at once (ends of processes, words from conmon), however many containers
 * there are.
 */
final class Reactor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reactor.class);

    private final int epoll;
    private final int[] wake;
    private final Map<Integer, Runnable> watched = new ConcurrentHashMap<>();
    private final Thread thread;

    Reactor() throws IOException {
        epoll = Kernel.epoll();
        wake = Kernel.pipe();
        Kernel.epollControl(epoll, 1, wake[0]);
        thread = Thread.ofPlatform().daemon().name("process-reactor").start(this::run);
    }

    /**
     * Calls {@code ready}, which must not block, once when the descriptor can be read or has hung up. The descriptor stays
     * the caller's.
     */
    void once(int descriptor, Runnable ready) throws IOException {
        watched.put(descriptor, ready);
        try {
            Kernel.epollControl(epoll, 1, descriptor);
        } catch (IOException e) {
            watched.remove(descriptor);
            throw e;
        }
    }

    private void run() {
        try {
            while (true) {
                for (int descriptor : Kernel.epollWait(epoll)) {
                    if (descriptor == wake[0]) {
                        return;
                    }
                    Kernel.epollControl(epoll, 2, descriptor);
                    act(watched.remove(descriptor));
                }
            }
        } catch (IOException e) {
            LOG.error("ends of containers are no longer seen: restart this service", e);
        } finally {
            Kernel.close(epoll);
            Kernel.close(wake[0]);
        }
    }

    private static void act(Runnable ready) {
        try {
            ready.run();
        } catch (RuntimeException e) {
            LOG.error("what a process' end should bring about failed", e);
        }
    }

    /** Stops watching; nothing that is watched is told. */
    @Override
    public void close() {
        Kernel.close(wake[1]);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
