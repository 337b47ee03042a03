package io.strata.runtime.spec;

import io.strata.runtime.spec.ContainerSpec.ConsoleSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A further process of a running container ({@code docker exec}). What it does not say it has from the container's own
 * process, which is read from the bundle.
 *
 * @param bundle     of the container: the folder that {@link RuntimeSpecs#write} wrote to
 * @param args       not empty
 * @param env        added to the container's
 * @param workingDir empty: the container's
 * @param user       as {@code Config.User}; empty: the container's own user and groups
 * @param privileged all of the node's capabilities
 */
public record ExecSpec(
        Path bundle,
        List<String> args,
        List<String> env,
        Optional<String> workingDir,
        Optional<String> user,
        boolean privileged,
        boolean terminal,
        Optional<ConsoleSize> consoleSize) {
    public ExecSpec {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
