package io.strata.gateway.pulls;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How images are pulled. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.pulls")
public interface PullsConfig {
    /** {@code STRATA_PULL_LAYERS}: layers that one pull fetches at a time; Docker's client takes 3. */
    @WithDefault("4")
    int layersAtOnce();

    /** How often a layer's progress is told. Docker's client redraws at most ten times a second. */
    @WithDefault("100ms")
    Duration progressEvery();

    /** How long {@code POST /pulls/{id}/complete} is answered after the pull began. */
    @WithDefault("24h")
    Duration keep();
}
