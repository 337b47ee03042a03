package io.strata.runtime.containers;

import io.strata.events.ContainerEvent.ContainerRemoved;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.volumes.Volumes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes containers away: first the row says {@code removing}, last it goes, together with the event on which the store lets
 * go of the image's layers. Each step may be done again, so one that was interrupted is finished when the node starts.
 */
@ApplicationScoped
public class Removals {
    private static final Logger LOG = Logger.getLogger(Removals.class);

    private final ContainerStore store;
    private final ContainerLocks locks;
    private final Launches launches;
    private final Lifecycle lifecycle;
    private final Restarts restarts;
    private final NodeNetwork network;
    private final Volumes volumes;
    private final LayerMounts layers;
    private final RootMounts mounts;
    private final ContainerFolders folders;
    private final Attachments attachments;
    private final Waits waits;

    Removals(
            ContainerStore store,
            ContainerLocks locks,
            Launches launches,
            Lifecycle lifecycle,
            Restarts restarts,
            NodeNetwork network,
            Volumes volumes,
            LayerMounts layers,
            RootMounts mounts,
            ContainerFolders folders,
            Attachments attachments,
            Waits waits) {
        this.store = store;
        this.locks = locks;
        this.launches = launches;
        this.lifecycle = lifecycle;
        this.restarts = restarts;
        this.network = network;
        this.volumes = volumes;
        this.layers = layers;
        this.mounts = mounts;
        this.folders = folders;
        this.attachments = attachments;
        this.waits = waits;
    }

    /**
     * @param force       a running container is killed first
     * @param withVolumes its anonymous volumes go too
     * @throws EngineException.Conflict when it runs and {@code force} is not given, or is being removed already
     */
    public void remove(Container container, boolean force, boolean withVolumes) {
        String id = container.id();
        if (container.state().alive()) {
            if (!force) {
                throw new EngineException.Conflict("cannot remove container \"/" + container.name() + "\": "
                        + (container.paused()
                                ? "container is paused and must be unpaused first"
                                : "container is " + container.state().word()
                                        + ": stop the container before removing or force remove"));
            }
            lifecycle.end(id);
        }
        locks.locked(id, () -> {
            Optional<Container> now = store.byId(id);
            if (now.isEmpty()) {
                // It had --rm and went by itself when it was killed.
                return null;
            }
            if (now.get().state().alive()) {
                throw new EngineException.Conflict("cannot remove container \"/" + container.name()
                        + "\": container is running: stop the container before removing or force remove");
            }
            takeAway(now.get(), withVolumes);
            return null;
        });
    }

    /** {@code --rm}: also when nobody is there any more who asked for it. */
    void autoRemove(String id) {
        locks.locked(id, () -> {
            store.byId(id).filter(c -> !c.state().alive()).ifPresent(c -> takeAway(c, true));
            return null;
        });
    }

    /** Under the container's lock. */
    void takeAway(Container container, boolean withVolumes) {
        String id = container.id();
        restarts.cancel(id);
        store.change(id, c -> c.with(c.run().in(State.REMOVING)));
        try {
            takeAway(id, withVolumes);
        } catch (IOException e) {
            store.change(id, c -> c.with(c.run().in(State.DEAD)));
            throw new EngineException.Failed(
                    "cannot remove container \"/" + container.name() + "\": " + e.getMessage(), e);
        }
        store.remove(id, new ContainerRemoved(id, container.node()));
        waits.removed(id, container.run().exitCode());
    }

    /** Everything that the node holds of a container, with or without a row. */
    void takeAway(String id, boolean withVolumes) throws IOException {
        attachments.abandon(id);
        launches.clear(id);
        network.forget(id);
        volumes.release(id, withVolumes);
        mounts.remove(id);
        layers.release(id);
        folders.remove(id);
        LOG.debugf("container %s is gone from this node", id);
    }
}
