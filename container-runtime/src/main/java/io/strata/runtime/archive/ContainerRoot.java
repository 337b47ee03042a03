package io.strata.runtime.archive;

import io.strata.runtime.volumes.MountPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One container's files, held for one operation. */
public interface ContainerRoot extends AutoCloseable {
    String id();

    /** The mounted union on the node, without the container's volumes. */
    Path path();

    /** The init process on this node while the container runs (or is paused): its mounts are what {@code cp} sees. */
    Optional<Long> pid();

    /** Volumes, binds and tmpfs, for a container that does not run. */
    List<MountPoint> mounts();

    /** {@code --read-only}: nothing may be copied in. */
    boolean readOnly();

    /** Releases what {@link ContainerRoots#open} took. */
    @Override
    void close() throws IOException;
}
