package io.strata.gateway.names;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.strata.blobs.References;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tells layer-store which manifests are gone: at once when asked, and again from their rows until it was heard. */
@ApplicationScoped
public class ReleasedOwners {
    private static final Logger LOG = Logger.getLogger(ReleasedOwners.class);
    private static final int BATCH = 100;
    private static final int SECONDS = 30;

    private final References references;
    private final NameRows names;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("released-owners").factory());

    ReleasedOwners(References references, NameRows names) {
        this.references = references;
        this.names = names;
    }

    void start(@Observes StartupEvent started) {
        clock.scheduleWithFixedDelay(this::sweep, 1, SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent stopping) {
        clock.shutdownNow();
    }

    /** Drops what is due now, on a thread of its own; called after a transaction that released something. */
    public void soon() {
        try {
            clock.execute(this::sweep);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("stopping: the rows stay for the next start");
        }
    }

    private void sweep() {
        try {
            while (QuarkusTransaction.requiringNew().call(this::dropBatch) == BATCH) {
                LOG.debugf("dropped the references of %d manifests", BATCH);
            }
        } catch (RuntimeException e) {
            LOG.infof("references of deleted manifests stay until layer-store can be told: %s", e.getMessage());
        }
    }

    private int dropBatch() {
        List<UUID> due = names.dueOwners(BATCH);
        for (UUID owner : due) {
            try {
                references.drop(owner.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            names.settle(owner);
        }
        return due.size();
    }
}
