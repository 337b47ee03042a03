package io.strata.gateway.push;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How images are pushed to other registries. */
@ConfigMapping(prefix = "strata.push")
public interface PushConfig {
    /** Layers that one push sends at a time; Docker's client sends 5. */
    @WithDefault("5")
    int layersAtOnce();

    /** How often a layer's progress is told. */
    @WithDefault("100ms")
    Duration progressEvery();
}
