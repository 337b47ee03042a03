package io.strata.runtime.images;

import io.strata.runtime.layers.LayersConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;

/** How many layers are read at one time, over all pulls and starts of this node. */
@ApplicationScoped
class LayerTurns {
    private final Semaphore turns;

    LayerTurns(LayersConfig config) {
        int parallel = config.parallel() > 0
                ? config.parallel()
                : Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        this.turns = new Semaphore(parallel, true);
    }

    Semaphore semaphore() {
        return turns;
    }
}
