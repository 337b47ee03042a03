package io.strata.runtime.layers;

import io.strata.layerfs.LayerLimits;
import io.strata.runtime.node.NodeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Opens this node's layers, in the form that its kernel and its folder can have. */
@ApplicationScoped
class NodeLayers {
    private static final Logger LOG = Logger.getLogger(NodeLayers.class);

    @Produces
    @Singleton
    LayerMounts layerMounts(NodeConfig node, LayersConfig config) throws IOException {
        // "l": the path is in the mount options of every container.
        Path folder = Files.createDirectories(node.root()).resolve("l");
        LayerLimits limits = LayerLimits.DEFAULT
                .withEntries(config.maxEntries())
                .withUnpackedBytes(config.maxUnpacked().asLongValue());
        LayerForm form = new UnpackedLayers(limits);
        LayerCache layers = new LayerCache(
                folder, form, config.cacheSize().asLongValue(), limits, new LayerSync(folder, config.syncAfter()));
        LOG.infof("layers are held %s in %s", layers.kind(), folder);
        return layers;
    }

    void close(@Disposes LayerMounts layers) {
        if (layers instanceof LayerCache cache) {
            cache.close();
        }
    }
}
