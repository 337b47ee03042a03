package io.strata.runtime.containers;

import io.strata.events.ContainerEvent.ContainerDied;
import io.strata.events.ContainerEvent.ContainerStarted;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessException;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** A container's runs: from the start of its process to its end, and whether another follows. */
@ApplicationScoped
public class Runs {
    private static final Logger LOG = Logger.getLogger(Runs.class);
    private static final Duration DATABASE_PAUSE = Duration.ofSeconds(1);

    private final ProcessSupervisor supervisor;
    private final ContainerStore store;
    private final ContainerLocks locks;
    private final Launches launches;
    private final Restarts restarts;
    private final Waits waits;
    private final Healthchecks health;
    private final Tasks tasks;
    private final Provider<Removals> removals;
    private final ContainerMetrics metrics;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    Runs(
            ProcessSupervisor supervisor,
            ContainerStore store,
            ContainerLocks locks,
            Launches launches,
            Restarts restarts,
            Waits waits,
            Healthchecks health,
            Tasks tasks,
            Provider<Removals> removals,
            ContainerMetrics metrics) {
        this.supervisor = supervisor;
        this.store = store;
        this.locks = locks;
        this.launches = launches;
        this.restarts = restarts;
        this.waits = waits;
        this.health = health;
        this.tasks = tasks;
        this.removals = removals;
        this.metrics = metrics;
        metrics.running(watched::size);
    }

    /**
     * Starts the container; the caller holds its lock.
     *
     * @throws EngineException in the words from which the CLI makes 125, 126 and 127; the container is as before, with the
     *     error noted
     */
    Container start(Container container) {
        String id = container.id();
        try {
            long pid = metrics.start(() -> launches.launch(container));
            Container started = store.change(
                    id,
                    c -> c.with(c.run().started(pid, Instant.now())),
                    new ContainerStarted(id, container.node(), pid));
            watch(started);
            return started;
        } catch (ProcessException e) {
            int code = StartErrors.exitCode(e.getMessage());
            failed(container, code, e.getMessage());
            throw StartErrors.refusal(code, e);
        } catch (IOException e) {
            failed(container, StartErrors.OTHER, String.valueOf(e.getMessage()));
            throw new EngineException.Failed(String.valueOf(e.getMessage()), e);
        } catch (EngineException e) {
            failed(container, StartErrors.OTHER, e.getMessage());
            throw e;
        }
    }

    private void failed(Container container, int code, String why) {
        Container now = store.change(container.id(), c -> c.with(c.run().failed(code, why)));
        waits.ended(now.id(), code);
        if (now.hostConfig().autoRemove()) {
            removeSoon(now.id());
        }
    }

    /** Follows a running process, whoever started it, to its end. */
    void watch(Container container) {
        String id = container.id();
        if (watched.add(id)) {
            health.begin(container);
            supervisor
                    .exit(id)
                    .whenCompleteAsync(
                            (exit, error) -> {
                                watched.remove(id);
                                ended(id, error == null ? exit : new Exit(Reconciliation.LOST, false, Instant.now()));
                            },
                            tasks.threads());
        }
    }

    /** The process has ended. While the database is away this is tried until it is back. */
    void ended(String id, Exit exit) {
        health.end(id);
        try {
            locks.locked(id, () -> store.byId(id).filter(Container::running).map(c -> settle(c, exit)));
        } catch (RuntimeException e) {
            LOG.errorf(e, "the end of container %s could not be written; trying again", id);
            tasks.after(DATABASE_PAUSE, "end of container " + id, () -> ended(id, exit));
        }
    }

    private Container settle(Container container, Exit exit) {
        String id = container.id();
        try {
            launches.clear(id);
        } catch (IOException e) {
            // Told in the log; the next start and the removal do it again.
            LOG.debugf("container %s was not cleared: %s", id, e.getMessage());
        }
        HostConfig host = container.hostConfig();
        boolean again = host.restartPolicy()
                .restarts(
                        exit.code(),
                        container.run().stoppedByUser(),
                        container.run().restartCount());
        Container after = store.change(
                id,
                c -> c.with(c.run()
                        .ended(again ? State.RESTARTING : State.EXITED, exit.code(), exit.oomKilled(), exit.at())),
                new ContainerDied(id, container.node(), exit.code(), exit.oomKilled()));
        metrics.ended(exit.code());
        waits.ended(id, exit.code());
        if (again) {
            restarts.schedule(id, container.run().startedAt(), exit.at(), () -> again(id));
        } else {
            restarts.cancel(id);
            if (host.autoRemove()) {
                removeSoon(id);
            }
        }
        return after;
    }

    /** The pause before another run is over. */
    void again(String id) {
        locks.locked(id, () -> {
            store.byId(id).filter(c -> c.state() == State.RESTARTING).ifPresent(c -> {
                try {
                    start(c);
                } catch (EngineException e) {
                    LOG.warnf("container %s could not be started again: %s", c.name(), e.getMessage());
                }
            });
            return null;
        });
    }

    private void removeSoon(String id) {
        tasks.run("removal of container " + id, () -> removals.get().autoRemove(id));
    }

    /** Ends a container that only waits for its next run. */
    Container giveUp(Container container) {
        restarts.cancel(container.id());
        Container after = store.change(
                container.id(), c -> c.with(c.run().in(State.EXITED).stoppedByUser(true)));
        waits.ended(after.id(), after.run().exitCode());
        return after;
    }
}
