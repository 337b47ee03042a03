package io.strata.runtime.node;

import io.strata.blobs.LayerStoreClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The node's connection to the cluster's store; inject the interface that is needed (BlobReader, BlobWriter, …). */
@ApplicationScoped
class StoreConnection {
    @Produces
    @Singleton
    LayerStoreClient store(PeersConfig peers, NodeConfig node) throws IOException {
        Path spool = Files.createDirectories(node.root().resolve("tmp"));
        return new LayerStoreClient(peers.layerStore(), spool);
    }

    void close(@Disposes LayerStoreClient store) {
        store.close();
    }
}
