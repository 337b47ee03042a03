package io.strata.runtime.containers;

import io.strata.runtime.process.ProcessSupervisor.ExecProcess;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A further process of a container, from when it was asked for; it is remembered for a while after its end. */
public final class Exec {
    private final String id;
    private final String containerId;
    private final ExecRequest request;
    private boolean begun;
    private Optional<ExecProcess> process = Optional.empty();
    private OptionalInt exitCode = OptionalInt.empty();
    private Optional<Instant> endedAt = Optional.empty();

    Exec(String id, String containerId, ExecRequest request) {
        this.id = id;
        this.containerId = containerId;
        this.request = request;
    }

    public String id() {
        return id;
    }

    public String containerId() {
        return containerId;
    }

    public ExecRequest request() {
        return request;
    }

    /** @return false when it was begun before: an exec runs once */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    synchronized void started(ExecProcess newProcess) {
        process = Optional.of(newProcess);
    }

    synchronized void ended(int code) {
        exitCode = OptionalInt.of(code);
        endedAt = Optional.of(Instant.now());
    }

    synchronized Optional<ExecProcess> process() {
        return process;
    }

    public synchronized boolean running() {
        return process.isPresent() && exitCode.isEmpty();
    }

    public synchronized OptionalInt exitCode() {
        return exitCode;
    }

    public synchronized Optional<Long> pid() {
        return process.flatMap(ExecProcess::pid);
    }

    synchronized boolean endedBefore(Instant moment) {
        return endedAt.filter(at -> at.isBefore(moment)).isPresent();
    }
}
