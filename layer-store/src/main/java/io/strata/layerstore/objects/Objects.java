package io.strata.layerstore.objects;

import io.quarkus.runtime.StartupEvent;
import io.strata.layerstore.errors.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import org.jboss.logging.Logger;

/** The process' one connection to S3. */
final class Objects {
    private static final Logger LOG = Logger.getLogger(Objects.class);

    @Produces
    @ApplicationScoped
    BlobStore store(S3Config config) {
        return new S3BlobStore(config);
    }

    void close(@Disposes BlobStore store) throws Exception {
        if (store instanceof AutoCloseable open) {
            open.close();
        }
    }

    /** Makes the bucket. When S3 is not up yet, readiness does it as soon as it is. */
    void prepare(@Observes StartupEvent start, BlobStore store) {
        try {
            store.check();
        } catch (StoreException.ObjectsUnavailable e) {
            LOG.warnf("%s; not ready until it answers", e.getMessage());
        }
    }
}
