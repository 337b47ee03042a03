package io.strata.gateway.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Where bytes go; {@code strata.store.*}. */
@ConfigMapping(prefix = "strata.store")
public interface StoreConfig {
    /** Address of layer-store. */
    @WithDefault("http://127.0.0.1:7081")
    URI url();

    /**
     * Folder of what clients are uploading and is not yet in S3: two parts an upload, 8 MiB each at first. On a disk that
     * survives a restart, or an upload that was interrupted has to begin again.
     */
    @WithDefault(".strata/uploads")
    Path uploads();

    /** How long an upload that nobody continues is kept. */
    @WithDefault("24h")
    Duration uploadsKept();

    /**
     * Whether a GET of a blob is redirected to S3. Off by default, as clients must then reach S3 under the address that
     * layer-store signs for.
     */
    @WithDefault("false")
    boolean redirect();
}
