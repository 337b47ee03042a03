package io.strata.runtime.volumes;

import java.util.List;

/**
 * One mount of a container, decided: nothing of it has to be looked up again.
 *
 * @param source      absolute path on the node; empty for {@code TMPFS}
 * @param destination absolute path in the container, normalised; its symlinks are resolved within the root by the runtime
 * @param propagation {@code rprivate}, {@code rslave}, …; empty for volumes and tmpfs
 * @param name        of the volume; empty for the other types
 * @param options     of a tmpfs, as {@code mount} takes them ({@code size=64m}, {@code mode=1777})
 * @param populate    the image's content at {@code destination} is to be copied into the volume while that is empty
 */
public record MountPoint(
        Type type,
        String source,
        String destination,
        boolean readOnly,
        String propagation,
        String name,
        List<String> options,
        boolean populate) {
    /** The words of the Engine API in lower case. */
    public enum Type {
        BIND,
        VOLUME,
        TMPFS
    }
}
