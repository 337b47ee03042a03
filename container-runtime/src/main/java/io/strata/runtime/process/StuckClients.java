package io.strata.runtime.process;

import io.strata.runtime.process.Bundle.Identity;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Frees containers that cannot end because a client of an exec does not read: that exec's conmon waits for the client and
 * so does not reap its process, and the kernel lets no process 1 go before all of its namespace are reaped. While the
 * container lives such a client stops its own exec only, as with dockerd; when process 1 is exiting it is dropped.
 *
 * <p>Nothing tells of a process that is exiting and has not exited, so it is looked at, and only while a client is stuck.
 */
final class StuckClients implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StuckClients.class);
    private static final long INTERVAL_MILLIS = 500;

    private final Map<ExecStreams, Identity> open = new ConcurrentHashMap<>();
    private final Thread thread;

    StuckClients() {
        thread = Thread.ofPlatform().daemon().name("process-stuck-clients").start(this::run);
    }

    synchronized void add(ExecStreams streams, Identity init) {
        open.put(streams, init);
        notifyAll();
    }

    void remove(ExecStreams streams) {
        open.remove(streams);
    }

    private void run() {
        try {
            while (true) {
                synchronized (this) {
                    while (open.isEmpty()) {
                        wait();
                    }
                    wait(INTERVAL_MILLIS);
                }
                open.forEach(this::look);
            }
        } catch (InterruptedException closed) {
            LOG.debug("clients of execs are no longer looked after", closed);
        }
    }

    private void look(ExecStreams streams, Identity init) {
        try {
            if (streams.stuck() && init.exiting()) {
                LOG.infof("a client that does not read is dropped: its container (pid %d) ends", init.pid());
                remove(streams);
                streams.close();
            }
        } catch (IOException e) {
            LOG.warn("whether a container ends cannot be seen", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
