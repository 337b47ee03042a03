package io.strata.runtime.spec;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes the runtime-spec's JSON with Docker's defaults: capabilities, seccomp profile, masked and read-only paths, devices,
 * mounts, limits.
 */
public interface RuntimeSpecs {
    /**
     * Writes {@code config.json} into the bundle, which is made if it is not there; one that is there is replaced.
     *
     * @throws io.strata.runtime.errors.EngineException.InvalidInput what was asked for cannot be (unknown capability, user
     *     that the root does not know, bad ulimit), in Docker's words; nothing was written
     */
    void write(Path bundle, ContainerSpec spec) throws IOException;

    /**
     * The {@code process} object for {@code ProcessSupervisor.exec}. The user is looked up in the container's root as it is
     * now.
     *
     * @throws io.strata.runtime.errors.EngineException.InvalidInput as {@link #write}
     */
    byte[] process(ExecSpec spec) throws IOException;

    /**
     * {@code linux.resources} for {@code ProcessSupervisor.update}.
     *
     * @throws io.strata.runtime.errors.EngineException.InvalidInput for limits that cannot be, with Docker's words
     */
    byte[] resources(Resources limits) throws IOException;
}
