package io.strata.runtime.containers;

import io.strata.events.ContainerEvent.ContainerPaused;
import io.strata.events.ContainerEvent.ContainerRenamed;
import io.strata.events.ContainerEvent.ContainerUnpaused;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.Signals;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What users do to containers of this node that are there. */
@ApplicationScoped
public class Lifecycle {
    /** The kernel needs a moment to end a process that got SIGKILL; one that does not go is in an uninterruptible call. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(20);

    private static final int SIGKILL = 9;

    private final ProcessSupervisor supervisor;
    private final ContainerStore store;
    private final ContainerLocks locks;
    private final Runs runs;
    private final Restarts restarts;
    private final Waits waits;
    private final NodeConfig node;
    private final ContainerActions actions;

    Lifecycle(
            ProcessSupervisor supervisor,
            ContainerStore store,
            ContainerLocks locks,
            Runs runs,
            Restarts restarts,
            Waits waits,
            NodeConfig node,
            ContainerActions actions) {
        this.supervisor = supervisor;
        this.store = store;
        this.locks = locks;
        this.runs = runs;
        this.restarts = restarts;
        this.waits = waits;
        this.node = node;
        this.actions = actions;
    }

    private Container now(String id) {
        return store.byId(id).orElseThrow(() -> new EngineException.NotFound("No such container: " + id));
    }

    /** @throws EngineException.NotModified when it runs */
    public void start(String id) {
        locks.locked(id, () -> {
            Container container = now(id);
            if (container.paused()) {
                throw new EngineException.Conflict("cannot start a paused container, try unpause instead");
            }
            if (container.running()) {
                throw new EngineException.NotModified();
            }
            if (container.state() == State.REMOVING || container.state() == State.DEAD) {
                throw new EngineException.Conflict("container is marked for removal and cannot be started");
            }
            restarts.cancel(id);
            if (container.run().restartCount() > 0 || container.run().stoppedByUser()) {
                container = store.change(id, c -> c.with(c.run().restartCount(0).stoppedByUser(false)));
            }
            return runs.start(container);
        });
    }

    /**
     * The stop signal, and SIGKILL when that was not enough.
     *
     * @param signal  instead of the container's own
     * @param timeout seconds; negative: for ever; empty: the container's own, else the node's
     * @throws EngineException.NotModified when it does not run
     */
    public void stop(String id, Optional<String> signal, Optional<Long> timeout) {
        signal.ifPresent(Signals::number);
        Container container = now(id);
        if (!container.state().alive()) {
            throw new EngineException.NotModified();
        }
        String first = signal.orElse(
                container.config().stopSignal().isEmpty()
                        ? "SIGTERM"
                        : container.config().stopSignal());
        long seconds = timeout.orElse(
                container.config().stopTimeout() != null
                        ? container.config().stopTimeout().longValue()
                        : node.stopTimeout().toSeconds());
        if (end(id, first, seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)))) {
            actions.acted(now(id), "stop", Map.of());
        }
    }

    /** SIGKILL at once; returns when the end is written down. */
    void end(String id) {
        end(id, "SIGKILL", Optional.of(AFTER_KILL));
    }

    /** @return false when there was nothing to end, or nothing is left of the container */
    private boolean end(String id, String signal, Optional<Duration> patience) {
        Optional<CompletableFuture<Integer>> ending = locks.locked(id, () -> {
            Container container = now(id);
            if (container.state() == State.RESTARTING) {
                runs.giveUp(container);
                return Optional.empty();
            }
            if (!container.running()) {
                return Optional.empty();
            }
            CompletableFuture<Integer> exit = waits.next(id, false);
            container = store.change(id, c -> c.with(c.run().stoppedByUser(true)));
            send(container, signal);
            return Optional.of(exit);
        });
        if (ending.isPresent() && !within(ending.get(), patience)) {
            locks.locked(id, () -> {
                store.byId(id).filter(Container::running).ifPresent(c -> send(c, "SIGKILL"));
                return null;
            });
            if (!within(ending.get(), Optional.of(AFTER_KILL))) {
                throw new EngineException.Failed("cannot stop container: " + id
                        + ": tried to kill container, but did not receive an exit event");
            }
        }
        return store.byId(id).isPresent();
    }

    private static boolean within(CompletableFuture<Integer> ending, Optional<Duration> patience) {
        try {
            if (patience.isEmpty()) {
                ending.join();
            } else {
                ending.get(patience.get().toMillis(), TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Failed("the node is stopping", e);
        } catch (ExecutionException | CompletionException e) {
            throw new EngineException.Failed("waiting for the end of the container failed", e);
        }
    }

    /** A paused process hears a signal when it goes on. */
    private void send(Container container, String signal) {
        try {
            supervisor.signal(container.id(), signal);
            actions.acted(container, "kill", Map.of("signal", Integer.toString(Signals.number(signal))));
            if (container.paused()) {
                resume(container);
            }
        } catch (IOException e) {
            if (supervisor.exit(container.id()).isDone()) {
                return;
            }
            throw new EngineException.Failed("cannot kill container: " + container.id() + ": " + e.getMessage(), e);
        }
    }

    /** @throws EngineException.Conflict when it does not run */
    public void kill(String id, String signal) {
        int number = Signals.number(signal);
        locks.locked(id, () -> {
            Container container = now(id);
            if (container.state() == State.RESTARTING) {
                return runs.giveUp(container);
            }
            if (!container.running()) {
                throw new EngineException.Conflict(
                        "cannot kill container: " + id + ": container " + id + " is not running");
            }
            String stop = container.config().stopSignal().isEmpty()
                    ? "SIGTERM"
                    : container.config().stopSignal();
            boolean ends = number == SIGKILL || number == Signals.number(stop);
            if (ends) {
                container = store.change(id, c -> c.with(c.run().stoppedByUser(true)));
                send(container, signal);
                return container;
            }
            try {
                supervisor.signal(id, signal);
            } catch (IOException e) {
                throw new EngineException.Failed("cannot kill container: " + id + ": " + e.getMessage(), e);
            }
            actions.acted(container, "kill", Map.of("signal", Integer.toString(number)));
            return container;
        });
    }

    public void restart(String id, Optional<String> signal, Optional<Long> timeout) {
        Container container = now(id);
        if (container.state().alive()) {
            stop(id, signal, timeout);
        }
        start(id);
        actions.acted(now(id), "restart", Map.of());
    }

    public void pause(String id) {
        locks.locked(id, () -> {
            Container container = running(id);
            if (container.paused()) {
                throw new EngineException.Conflict("Container " + id + " is already paused");
            }
            try {
                supervisor.pause(id);
            } catch (IOException e) {
                throw new EngineException.Failed("cannot pause container " + id + ": " + e.getMessage(), e);
            }
            return store.change(id, c -> c.with(c.run().paused(true)), new ContainerPaused(id, container.node()));
        });
    }

    public void unpause(String id) {
        locks.locked(id, () -> {
            Container container = now(id);
            if (!container.paused()) {
                throw new EngineException.Conflict("Container " + id + " is not paused");
            }
            try {
                resume(container);
            } catch (IOException e) {
                throw new EngineException.Failed("cannot resume container " + id + ": " + e.getMessage(), e);
            }
            return null;
        });
    }

    private void resume(Container container) throws IOException {
        supervisor.resume(container.id());
        store.change(
                container.id(),
                c -> c.with(c.run().paused(false)),
                new ContainerUnpaused(container.id(), container.node()));
    }

    public void rename(String id, String newName) {
        if (newName.isEmpty() || newName.equals("/")) {
            throw new EngineException.InvalidInput("Neither old nor new names may be empty");
        }
        String name = Names.checked(newName);
        locks.locked(id, () -> {
            Container container = now(id);
            if (container.name().equals(name)) {
                throw new EngineException.InvalidInput("Renaming a container with the same name as its current name");
            }
            return store.change(
                    id, c -> c.named(name), new ContainerRenamed(id, container.node(), container.name(), name));
        });
    }

    /** Completes with the exit code; cancel it when nobody waits any more. */
    public CompletableFuture<Integer> await(String id, Waits.Condition condition) {
        return locks.locked(id, () -> {
            Container container = now(id);
            return condition == Waits.Condition.NOT_RUNNING
                            && !container.state().alive()
                    ? CompletableFuture.completedFuture(container.run().exitCode())
                    : waits.next(id, condition == Waits.Condition.REMOVED);
        });
    }

    public void resize(String id, int rows, int columns) {
        Container container = running(id);
        try {
            supervisor.resize(id, rows, columns);
        } catch (IOException e) {
            throw new EngineException.Failed("cannot resize container " + id + ": " + e.getMessage(), e);
        }
        actions.acted(
                container, "resize", Map.of("height", Integer.toString(rows), "width", Integer.toString(columns)));
    }

    public ProcessSupervisor.Top top(String id, String arguments) {
        Container container = running(id);
        actions.acted(container, "top", Map.of());
        try {
            return supervisor.top(id, arguments.isEmpty() ? "-ef" : arguments);
        } catch (IOException e) {
            throw new EngineException.Failed(e.getMessage(), e);
        }
    }

    private Container running(String id) {
        Container container = now(id);
        if (!container.running()) {
            throw new EngineException.Conflict("container " + id + " is not running");
        }
        return container;
    }
}
