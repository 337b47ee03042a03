package io.strata.runtime.containers;

import io.strata.runtime.process.CgroupSample;
import io.strata.runtime.process.LogQuery;
import io.strata.runtime.process.LogReader;
import io.strata.runtime.process.ProcessException;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.Streams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that end when a test says so, or when they get SIGKILL; {@link #obedient} ones at any signal. */
final class FakeSupervisor implements ProcessSupervisor {
    final List<String> signals = new ArrayList<>();
    final Map<String, Status> states = new ConcurrentHashMap<>();
    boolean obedient = true;
    Optional<String> refusal = Optional.empty();
    private final Map<String, CompletableFuture<Exit>> exits = new ConcurrentHashMap<>();

    void end(String id, int code) {
        states.put(id, Status.STOPPED);
        exits.computeIfAbsent(id, key -> new CompletableFuture<>()).complete(new Exit(code, false, Instant.now()));
    }

    @Override
    public long create(Container container) {
        states.put(container.id(), Status.CREATED);
        exits.put(container.id(), new CompletableFuture<>());
        return 42;
    }

    @Override
    public void start(String id) throws IOException {
        if (refusal.isPresent()) {
            throw new ProcessException(refusal.get());
        }
        states.put(id, Status.RUNNING);
    }

    @Override
    public Status status(String id) {
        return states.getOrDefault(id, Status.ABSENT);
    }

    @Override
    public Optional<Long> pid(String id) {
        return Optional.of(42L);
    }

    @Override
    public CompletableFuture<Exit> exit(String id) {
        return exits.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    @Override
    public void signal(String id, String signal) {
        signals.add(signal);
        if (obedient || signal.equals("SIGKILL") || signal.equals("KILL")) {
            end(id, signal.endsWith("KILL") ? 137 : 143);
        }
    }

    @Override
    public void pause(String id) {
        states.put(id, Status.PAUSED);
    }

    @Override
    public void resume(String id) {
        states.put(id, Status.RUNNING);
    }

    @Override
    public Streams attach(String id, boolean stdin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogReader logs(Path bundle, LogQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resize(String id, int rows, int columns) {}

    @Override
    public Top top(String id, String psArguments) {
        return new Top(List.of("PID"), List.of(List.of("42")));
    }

    @Override
    public List<Long> pids(String id) {
        return List.of(42L);
    }

    @Override
    public CgroupSample sample(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void update(String id, byte[] resources) {}

    @Override
    public void delete(String id) {
        states.remove(id);
    }

    @Override
    public ExecProcess exec(String id, String execId, byte[] process, boolean terminal, boolean openStdin) {
        throw new UnsupportedOperationException();
    }
}
