package io.strata.layerstore.blobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long things are kept that nobody refers to. */
@ConfigMapping(prefix = "strata.store")
public interface StoreConfig {
    /**
     * How long a blob lives without a reference, from the last time somebody stored it or asked for it. Clients do not upload again
     * what they were told is there, so it is longer than the longest push or pull.
     */
    @WithDefault("24h")
    Duration hold();

    /** How long a condemned blob can still be read and come back to life: longer than an address to read it is good for. */
    @WithDefault("2h")
    Duration grace();

    /** How long an ingest lives that nobody touches: an upload session that a client may take up again. */
    @WithDefault("24h")
    Duration ingestLife();

    /** How often this process collects; {@code off} where another one does. */
    @WithDefault("10m")
    String collectEvery();
}
