package io.strata.runtime.network;

import java.nio.file.Path;

/** What {@code docker network connect} needs to know of containers; the containers' feature implements it. */
public interface NetworkContainers {
    /** @param folder the same as in {@link NodeNetwork.Request} */
    record Target(String id, String name, boolean running, Path folder) {}

    /**
     * @param nameOrId id, prefix of an id, or name
     * @throws io.strata.runtime.errors.EngineException.NotFound with Docker's words
     */
    Target find(String nameOrId);
}
