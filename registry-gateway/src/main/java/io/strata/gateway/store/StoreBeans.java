package io.strata.gateway.store;

import io.strata.blobs.LayerStoreClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;

/** The cluster's store, as {@code BlobReader}, {@code BlobWriter}, {@code References} and {@code LayerFacts}. */
@ApplicationScoped
public class StoreBeans {
    @Produces
    @Singleton
    LayerStoreClient layerStore(StoreConfig config) throws IOException {
        return new LayerStoreClient(config.url(), Files.createDirectories(config.uploads()));
    }

    void close(@Disposes LayerStoreClient client) {
        client.close();
    }
}
