package io.strata.runtime.layers;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The node's cache of layers; {@code strata.layers.*}. */
@ConfigMapping(prefix = "strata.layers")
public interface LayersConfig {
    /** How layers are held. {@code auto} mounts them where the kernel can and unpacks them elsewhere. */
    enum Form {
        AUTO,
        EROFS,
        UNPACKED
    }

    /** {@code STRATA_LAYERS}: {@code auto}, or one form, and then the start fails where it does not work. */
    @WithDefault("auto")
    Form form();

    /**
     * {@code STRATA_LAYER_CACHE}: bytes of layers that the node keeps. Beyond it, the layers that no container holds leave,
     * those first whose last use is longest ago. Held layers are kept whatever they take.
     */
    @WithDefault("64G")
    MemorySize cacheSize();

    /**
     * Layers are a cache and not synced as they are written; this long after the last one the file system is, so that an
     * unclean boot costs only what came since. Sooner would slow the start of containers.
     */
    @WithDefault("30s")
    Duration syncAfter();

    /** Layers that are read at one time, over all pulls; 0 takes two for each processor, and four at least. */
    @WithDefault("0")
    int parallel();

    /** Entries of one layer's tar; more is refused (a bomb). */
    @WithDefault("10000000")
    long maxEntries();

    /** Bytes of one layer's uncompressed tar; more is refused (a bomb). */
    @WithDefault("1T")
    MemorySize maxUnpacked();
}
