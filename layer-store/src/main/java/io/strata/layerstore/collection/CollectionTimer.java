package io.strata.layerstore.collection;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.strata.layerstore.blobs.StoreConfig;
import io.strata.layerstore.objects.S3Config;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Collects from time to time; every replica may, as the steps do not mind each other. */
@ApplicationScoped
class CollectionTimer {
    private final Collection collection;

    CollectionTimer(Collection collection) {
        this.collection = collection;
    }

    /** Unsafe configuration stops the start: a blob must outlive the addresses that were given away to read it. */
    void check(@Observes StartupEvent start, StoreConfig store, S3Config s3) {
        if (store.grace().compareTo(s3.addressLife()) < 0) {
            throw new IllegalStateException("strata.store.grace (" + store.grace()
                    + ") must not be shorter than strata.s3.address-life (" + s3.addressLife() + ")");
        }
    }

    @Scheduled(
            every = "${strata.store.collect-every:10m}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void collect() {
        collection.collect();
    }
}
