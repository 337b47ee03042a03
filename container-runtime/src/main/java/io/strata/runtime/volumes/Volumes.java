package io.strata.runtime.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Named and anonymous volumes of this node: folders that outlive containers (Engine API, {@code /volumes}). */
public interface Volumes {
    record Volume(String name, Path data, Map<String, String> labels, boolean anonymous, Instant created) {}

    /** The volume of that name, made if it is not there. */
    Volume create(String name, Map<String, String> labels) throws IOException;

    /** A new anonymous volume with a random 64 digit name. */
    Volume createAnonymous() throws IOException;

    Optional<Volume> find(String name);

    List<Volume> list();

    /** @throws VolumeInUseException while a container uses it */
    void remove(String name, boolean force) throws IOException;

    /**
     * Decides a container's mounts; named volumes that are not there, and anonymous ones, are made. What was made is removed
     * again when a later mount is refused. Ordered so that a parent is mounted before what lies in it.
     *
     * @throws MountException with Docker's words
     */
    List<MountPoint> decide(MountRequest request) throws IOException;

    /** Marks the volumes as used by the container until {@link #release}. */
    void hold(String containerId, List<String> names);

    /** @param removeAnonymous also removes the anonymous volumes that no other container uses ({@code rm -v}, {@code --rm}) */
    void release(String containerId, boolean removeAnonymous) throws IOException;

    /**
     * Copies the image's content at {@code source} (within the mounted root, symlinks resolved inside it) with owner, mode
     * and xattrs into the volume, if the volume is still empty.
     */
    void populate(Volume volume, Path root, String source) throws IOException;
}
