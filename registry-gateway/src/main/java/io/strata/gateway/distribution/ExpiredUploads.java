package io.strata.gateway.distribution;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.strata.gateway.store.StoreConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Ends uploads that nobody went on with. */
@ApplicationScoped
class ExpiredUploads {
    private static final Logger LOG = Logger.getLogger(ExpiredUploads.class);
    private static final int BATCH = 100;

    private final UploadRows rows;
    private final Uploads uploads;
    private final StoreConfig config;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("expired-uploads").factory());

    ExpiredUploads(UploadRows rows, Uploads uploads, StoreConfig config) {
        this.rows = rows;
        this.uploads = uploads;
        this.config = config;
    }

    void start(@Observes StartupEvent started) {
        clock.scheduleWithFixedDelay(this::sweep, 1, 10, TimeUnit.MINUTES);
    }

    void stop(@Observes ShutdownEvent stopping) {
        clock.shutdownNow();
    }

    private void sweep() {
        try {
            for (Upload upload : rows.untouchedSince(Instant.now().minus(config.uploadsKept()), BATCH)) {
                uploads.cancel(upload);
                LOG.infof("upload %s to %s was given up by its client", upload.id(), upload.repository());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf("uploads that were given up stay for now: %s", e.getMessage());
        }
    }
}
