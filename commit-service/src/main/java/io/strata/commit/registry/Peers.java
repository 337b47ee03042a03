package io.strata.commit.registry;

import io.strata.blobs.LayerStoreClient;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The other services, one connection pool each for the process. */
final class Peers {
    @Produces
    @Singleton
    RegistryGatewayClient registry(PeersConfig config) {
        return new RegistryGatewayClient(config.registryGateway());
    }

    void close(@Disposes RegistryGatewayClient client) {
        client.close();
    }

    @Produces
    @Singleton
    LayerStoreClient store(PeersConfig config) {
        return new LayerStoreClient(config.layerStore());
    }

    void close(@Disposes LayerStoreClient client) {
        client.close();
    }
}
