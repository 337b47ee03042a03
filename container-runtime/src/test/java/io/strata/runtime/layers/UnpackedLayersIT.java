package io.strata.runtime.layers;

import io.strata.layerfs.LayerLimits;

/** {@link LayerMountsContract} for directories. */
final class UnpackedLayersIT extends LayerMountsContract {
    @Override
    LayerForm form(LayerLimits limits) {
        return new UnpackedLayers(limits);
    }
}
