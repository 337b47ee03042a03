package io.strata.commit.commits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the steps of a commit may take. */
@ConfigMapping(prefix = "strata.commit")
public interface CommitsConfig {
    /** After this the node is asked again to capture, and again after each such time; one that is at it goes on with it. */
    @WithDefault("15s")
    Duration askAgain();

    /** A container that is not captured by then is given up; 100 GB at 50 MB/s fit. */
    @WithDefault("40m")
    Duration captureDeadline();

    /** How soon writing and naming the image is tried again when a service does not answer. */
    @WithDefault("2s")
    Duration nameAgain();

    /** An image that is not named by then is given up. */
    @WithDefault("10m")
    Duration nameDeadline();

    /** How long a commit that is over can be looked up. */
    @WithDefault("30d")
    Duration keep();
}
