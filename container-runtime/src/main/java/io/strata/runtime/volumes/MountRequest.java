package io.strata.runtime.volumes;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a container's mounts are asked for with.
 *
 * @param binds        {@code HostConfig.Binds}: {@code source:destination[:options]}
 * @param mounts       {@code HostConfig.Mounts}
 * @param tmpfs        {@code HostConfig.Tmpfs}: destination to options
 * @param volumes      destinations of {@code Config.Volumes}, the image's and the user's
 * @param volumesFrom  mounts of other containers, decided before
 */
public record MountRequest(
        List<String> binds,
        List<MountSpec> mounts,
        Map<String, String> tmpfs,
        Collection<String> volumes,
        List<MountPoint> volumesFrom) {
    /**
     * One of {@code HostConfig.Mounts} ({@code --mount}).
     *
     * @param type bind, volume or tmpfs
     * @param tmpfsSize bytes, 0 for the kernel's default
     * @param tmpfsMode permission bits, 0 for 1777
     */
    public record MountSpec(
            String type,
            String source,
            String target,
            boolean readOnly,
            String propagation,
            boolean noCopy,
            boolean createMountpoint,
            Map<String, String> labels,
            long tmpfsSize,
            int tmpfsMode) {}
}
