package io.strata.runtime.containers;

import io.strata.runtime.volumes.MountPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What other features of the node ask of containers. Calls may come from any thread and may block. */
public interface Containers {
    /**
     * A container of the cluster; {@link Container#node} says on which node it lives.
     *
     * @param name its name (with or without a leading slash), its id, or the beginning of its id
     * @throws io.strata.runtime.errors.EngineException.NotFound     {@code No such container: x}
     * @throws io.strata.runtime.errors.EngineException.InvalidInput when several ids begin so
     */
    Container find(String name);

    /** Every container of the cluster, the newest first. */
    List<Container> all();

    /**
     * The container's files, for {@code docker cp} and {@code docker export}: its root is mounted until the last user closes
     * it, whether the container runs or not.
     *
     * @throws io.strata.runtime.errors.EngineException.Conflict when the container is dead or being removed
     */
    Root root(String id) throws IOException;

    /** See {@link #root}. {@code path} is the union on this node; {@code mounts} lie over it in the container. */
    interface Root extends AutoCloseable {
        Path path();

        List<MountPoint> mounts();

        @Override
        void close() throws IOException;
    }

    /**
     * Stops the container's processes where they are, for a consistent capture, without it being paused for the user. Closing
     * lets them go on; a service that dies in between does that when it starts again. A container that does not run, or that
     * its user paused, is left as it is.
     *
     * @throws io.strata.runtime.errors.EngineException.Conflict when the container is dead or being removed, in the words
     *     of {@code docker commit}
     */
    Frozen freeze(String id) throws IOException;

    /** See {@link #freeze}. */
    interface Frozen extends AutoCloseable {
        @Override
        void close();
    }
}
