package io.strata.gateway.spool;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where downloads grow until the store has them. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.spool")
public interface SpoolConfig {
    /**
     * {@code STRATA_SPOOL}: a folder of this process alone; two processes on one folder stop the second's start. What an earlier process
     * left in it is removed at the start. Fast local disk: it is written once and read once or twice, from the page cache.
     */
    @WithDefault("./.strata/spool")
    Path folder();

    /**
     * {@code STRATA_SPOOL_MAX}: bytes that all downloads together may take there; one that does not fit waits for others to end, and one that is larger than
     * this is refused.
     */
    @WithDefault("20G")
    MemorySize max();

    /** How often in a row a download that was cut is taken up again without having gained a byte. */
    @WithDefault("4")
    int resumes();
}
