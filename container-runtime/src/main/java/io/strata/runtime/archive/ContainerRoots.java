package io.strata.runtime.archive;

import java.io.IOException;

/** What {@code docker cp} and {@code docker export} need of containers; the containers' feature implements it. */
public interface ContainerRoots {
    /**
     * The container's root, mounted if it is not; it stays mounted until the answer is closed.
     *
     * @param nameOrId id, prefix of an id, or name
     * @throws io.strata.runtime.errors.EngineException.NotFound with Docker's words
     */
    ContainerRoot open(String nameOrId) throws IOException;
}
