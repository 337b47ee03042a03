package io.strata.runtime.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Namespaces made ahead, with or without their cable to the default network: a start takes one and another is made behind
 * its back. They are nobody's until they are taken; what a dead service left is deleted when the next one starts.
 */
final class PreparedNamespaces {
    private static final Logger LOG = Logger.getLogger(PreparedNamespaces.class);

    /** @param link the cable to the default network, if it has one */
    record Prepared(Path namespace, Optional<Connection.Link> link) {}

    /** Makes one. */
    interface Maker {
        Prepared make() throws IOException;
    }

    private final int wanted;
    private final Maker maker;
    private final Deque<Prepared> ready = new ArrayDeque<>();
    private boolean filling;
    private boolean closed;

    PreparedNamespaces(int wanted, Maker maker) {
        this.wanted = wanted;
        this.maker = maker;
    }

    /** One that is ready, or the one being made; empty when none could be made. */
    Optional<Prepared> take() {
        Optional<Prepared> taken;
        synchronized (this) {
            Waiting.on(this, () -> ready.isEmpty() && filling && !closed);
            taken = Optional.ofNullable(ready.poll());
        }
        fill();
        return taken;
    }

    /** Begins to make what is missing, on a thread of its own. */
    synchronized void fill() {
        if (!filling && !closed && ready.size() < wanted) {
            filling = true;
            Thread.ofVirtual().name("prepare-namespaces").start(this::make);
        }
    }

    private void make() {
        try {
            while (isMissing()) {
                keep(maker.make());
            }
        } catch (IOException | RuntimeException e) {
            // The start that finds none makes its own, and tells its user what is wrong.
            LOG.warnf("no network namespace was made ahead: %s", e.getMessage());
            filled();
        }
    }

    private synchronized boolean isMissing() {
        boolean missing = !closed && ready.size() < wanted;
        if (!missing) {
            filled();
        }
        return missing;
    }

    private synchronized void filled() {
        filling = false;
        notifyAll();
    }

    private synchronized void keep(Prepared made) {
        ready.add(made);
        notifyAll();
    }

    /** Makes no more, and gives what is there, to be deleted. */
    synchronized List<Prepared> close() {
        closed = true;
        notifyAll();
        Waiting.on(this, () -> filling);
        List<Prepared> left = List.copyOf(ready);
        ready.clear();
        return left;
    }
}
