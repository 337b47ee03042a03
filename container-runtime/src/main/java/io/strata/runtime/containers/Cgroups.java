package io.strata.runtime.containers;

import java.nio.file.Files;
import java.nio.file.Path;

/** Which cgroups the kernel has. */
public final class Cgroups {
    private Cgroups() {}

    /** Whether {@code /sys/fs/cgroup} is the unified hierarchy (cgroups(7)); in hybrid mode it is not. */
    public static boolean v2() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    }
}
