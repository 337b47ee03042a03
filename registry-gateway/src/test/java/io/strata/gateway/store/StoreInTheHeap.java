package io.strata.gateway.store;

import io.strata.blobs.InMemoryBlobs;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Instead of layer-store and S3 in the service's own tests. */
@ApplicationScoped
public class StoreInTheHeap {
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    InMemoryBlobs blobs() {
        return new InMemoryBlobs();
    }
}
