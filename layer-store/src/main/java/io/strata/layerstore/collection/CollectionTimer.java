package io.strata.layerstore.collection;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Collects from time to time; every replica may, as the steps do not mind each other. */
@ApplicationScoped
class CollectionTimer {
    private final Collection collection;

    CollectionTimer(Collection collection) {
        this.collection = collection;
    }

    @Scheduled(
            every = "${strata.store.collect-every:10m}",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void collect() {
        collection.collect();
    }
}
