package io.strata.commit.registry;

import io.smallrye.config.ConfigMapping;
import java.net.URI;

/** Where the other services are. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.peers")
public interface PeersConfig {
    /** {@code STRATA_REGISTRY_GATEWAY_URL}. */
    URI registryGateway();

    /** {@code STRATA_LAYER_STORE_URL}. */
    URI layerStore();
}
