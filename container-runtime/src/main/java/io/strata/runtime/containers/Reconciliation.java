package io.strata.runtime.containers;

import io.quarkus.runtime.StartupEvent;
import io.strata.events.ContainerEvent.ContainerStarted;
import io.strata.events.ContainerEvent.ContainerUnpaused;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import io.strata.runtime.process.ProcessSupervisor.Status;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * When the node starts, its rows are made to say what really runs: containers have outlived the service, ended while it was
 * away, or were lost with the machine. What has no row is removed.
 */
@ApplicationScoped
public class Reconciliation {
    /** The exit code of a container whose end nobody saw, as dockerd has it. */
    static final int LOST = 255;

    /** After the ports below have found their own state, before the endpoint answers. */
    private static final int BEFORE_THE_ENDPOINT = 3500;

    private static final Logger LOG = Logger.getLogger(Reconciliation.class);

    private final ContainerStore store;
    private final ContainerLocks locks;
    private final ProcessSupervisor supervisor;
    private final NodeNetwork network;
    private final RootMounts mounts;
    private final ContainerFolders folders;
    private final Launches launches;
    private final Runs runs;
    private final Removals removals;
    private final NodeConfig node;

    Reconciliation(
            ContainerStore store,
            ContainerLocks locks,
            ProcessSupervisor supervisor,
            NodeNetwork network,
            RootMounts mounts,
            ContainerFolders folders,
            Launches launches,
            Runs runs,
            Removals removals,
            NodeConfig node) {
        this.store = store;
        this.locks = locks;
        this.supervisor = supervisor;
        this.network = network;
        this.mounts = mounts;
        this.folders = folders;
        this.launches = launches;
        this.runs = runs;
        this.removals = removals;
        this.node = node;
    }

    void start(@Observes @Priority(BEFORE_THE_ENDPOINT) StartupEvent started) throws IOException {
        reconcile();
    }

    void reconcile() throws IOException {
        List<Container> rows = store.ofNode(node.name());
        Set<String> known = rows.stream().map(Container::id).collect(Collectors.toCollection(HashSet::new));
        for (String id : folders.ids()) {
            if (!known.contains(id)) {
                removeLeftover(id);
            }
        }
        for (Container row : rows) {
            try {
                locks.locked(row.id(), () -> {
                    reconcile(row);
                    return null;
                });
            } catch (IOException | RuntimeException e) {
                LOG.errorf(e, "container %s (%s) could not be reconciled", row.name(), row.id());
            }
        }
    }

    private void removeLeftover(String id) {
        try {
            LOG.infof("removing what is left of container %s", id);
            removals.takeAway(id, true);
        } catch (IOException | RuntimeException e) {
            LOG.warnf("what is left of container %s could not be removed: %s", id, e.getMessage());
        }
    }

    private void reconcile(Container row) throws IOException {
        Status status = supervisor.status(row.id());
        boolean lives = status == Status.RUNNING || status == Status.PAUSED;
        switch (row.state()) {
            case REMOVING, DEAD -> removals.takeAway(row, row.hostConfig().autoRemove());
            case RUNNING -> {
                if (lives) {
                    adopt(row, status);
                } else if (status == Status.STOPPED) {
                    runs.watch(row);
                } else {
                    runs.ended(row.id(), new Exit(LOST, false, Instant.now()));
                }
            }
            case CREATED, EXITED, RESTARTING -> {
                if (lives) {
                    // It was started, and the service ended before it could be written down.
                    long pid = supervisor.pid(row.id()).orElse(0L);
                    Container running = store.change(
                            row.id(),
                            c -> c.with(c.run().started(pid, Instant.now())),
                            new ContainerStarted(row.id(), node.name(), pid));
                    adopt(running, status);
                } else {
                    rest(row);
                }
            }
        }
    }

    private void adopt(Container container, Status status) throws IOException {
        String id = container.id();
        mounts.use(id, RootMounts.PROCESS);
        network.find(id);
        if (status == Status.PAUSED && !container.paused()) {
            // The service ended in the middle of a capture.
            supervisor.resume(id);
        } else if (status == Status.RUNNING && container.paused()) {
            store.change(id, c -> c.with(c.run().paused(false)), new ContainerUnpaused(id, node.name()));
        }
        runs.watch(container);
    }

    private void rest(Container container) throws IOException {
        launches.clear(container.id());
        boolean ran = container.run().startedAt().isPresent();
        if (container.state() == State.RESTARTING
                || ran
                        && container
                                .hostConfig()
                                .restartPolicy()
                                .startsWithNode(container.run().stoppedByUser())) {
            try {
                runs.start(container);
            } catch (EngineException e) {
                LOG.warnf("container %s could not be started with the node: %s", container.name(), e.getMessage());
            }
        } else if (ran && container.hostConfig().autoRemove()) {
            removals.takeAway(container, true);
        }
    }
}
