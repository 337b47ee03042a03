package io.strata.runtime.process;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** The programs that hold containers. Names without a slash are looked for on the PATH and in the usual folders. */
@ConfigMapping(prefix = "strata.process")
public interface ProcessConfig {
    /** The OCI runtime: runc 1.1 or later; crun where cgroups are not in hybrid mode. */
    @WithDefault("runc")
    String runtime();

    /** conmon 2.1 or later, which holds a container's streams and its exit code while this service is away. */
    @WithDefault("conmon")
    String conmon();

    /**
     * Process 1 for {@code --init}: a statically linked tini. When it is not set, docker-init and then tini are looked for
     * when a container asks for one.
     */
    Optional<String> init();
}
