package io.strata.runtime.containers;

import io.strata.oci.Digest;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.ImageUse;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.ProcessSupervisor.Status;
import io.strata.runtime.volumes.MountPoint;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What other features ask of containers, answered from the rows and this node. */
@ApplicationScoped
public class NodeContainers implements Containers, ImageUse {
    private static final Logger LOG = Logger.getLogger(NodeContainers.class);

    private final ContainerStore store;
    private final ContainerLocks locks;
    private final RootMounts mounts;
    private final ProcessSupervisor supervisor;

    NodeContainers(ContainerStore store, ContainerLocks locks, RootMounts mounts, ProcessSupervisor supervisor) {
        this.store = store;
        this.locks = locks;
        this.mounts = mounts;
        this.supervisor = supervisor;
    }

    @Override
    public Container find(String nameOrId) {
        String name = nameOrId.startsWith("/") ? nameOrId.substring(1) : nameOrId;
        Optional<Container> exact = store.byId(name).or(() -> store.byName(name));
        if (exact.isPresent()) {
            return exact.get();
        }
        List<Container> prefixed = Names.idPrefix(name) ? store.byIdPrefix(name) : List.of();
        if (prefixed.size() > 1) {
            throw new EngineException.InvalidInput("multiple IDs found with provided prefix: " + name);
        }
        if (prefixed.isEmpty()) {
            throw new EngineException.NotFound("No such container: " + nameOrId);
        }
        return prefixed.getFirst();
    }

    @Override
    public List<Container> all() {
        return store.all();
    }

    @Override
    public List<Use> of(Digest imageId) {
        return store.ofImage(imageId).stream()
                .map(c -> new Use(c.id(), c.name(), c.running()))
                .toList();
    }

    @Override
    public Root root(String nameOrId) throws IOException {
        String id = find(nameOrId).id();
        return locks.locked(id, () -> {
            Container container = find(id);
            if (container.state() == State.REMOVING || container.state() == State.DEAD) {
                throw new EngineException.Conflict("container is marked for removal: " + id);
            }
            String user = Ids.random();
            return new OpenRoot(container, mounts.use(id, user), user);
        });
    }

    private final class OpenRoot implements Root {
        private final Container container;
        private final Path path;
        private final String user;

        OpenRoot(Container container, Path path, String user) {
            this.container = container;
            this.path = path;
            this.user = user;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public List<MountPoint> mounts() {
            return container.mounts();
        }

        @Override
        public void close() throws IOException {
            mounts.release(container.id(), user);
        }
    }

    @Override
    public Frozen freeze(String id) throws IOException {
        return locks.locked(id, () -> {
            Container container = find(id);
            if (container.state() == State.REMOVING) {
                throw new EngineException.Conflict("You cannot commit container " + id + " which is being removed");
            }
            if (container.state() == State.DEAD) {
                throw new EngineException.Conflict("You cannot commit container " + id + " which is Dead");
            }
            if (!container.running() || container.paused()) {
                return () -> {};
            }
            supervisor.pause(id);
            return () -> thaw(id);
        });
    }

    private void thaw(String id) {
        locks.locked(id, () -> {
            boolean pausedByUser = store.byId(id).filter(Container::paused).isPresent();
            try {
                if (!pausedByUser && supervisor.status(id) == Status.PAUSED) {
                    supervisor.resume(id);
                }
            } catch (IOException e) {
                LOG.errorf(e, "container %s stays frozen", id);
            }
            return null;
        });
    }
}
