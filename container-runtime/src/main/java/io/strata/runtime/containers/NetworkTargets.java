package io.strata.runtime.containers;

import io.strata.runtime.network.NetworkContainers;
import jakarta.enterprise.context.ApplicationScoped;

/** What {@code docker network connect} asks of containers. */
@ApplicationScoped
public class NetworkTargets implements NetworkContainers {
    private final Containers containers;
    private final ContainerFolders folders;

    NetworkTargets(Containers containers, ContainerFolders folders) {
        this.containers = containers;
        this.folders = folders;
    }

    @Override
    public Target find(String nameOrId) {
        Container container = containers.find(nameOrId);
        return new Target(container.id(), container.name(), container.running(), folders.of(container.id()));
    }
}
