package io.strata.runtime.containers;

import io.strata.oci.Digest;
import io.strata.runtime.volumes.MountPoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container as it was when it was read.
 *
 * @param id         64 hexadecimal digits
 * @param name       without the leading slash, unique in the cluster
 * @param node       where it lives
 * @param image      as the user named it
 * @param imageId    digest of the image's config
 * @param config     the image's configuration with the user's over it
 * @param mounts     decided when it was created, parents first
 */
public record Container(
        String id,
        String name,
        String node,
        String image,
        Digest imageId,
        Instant created,
        Config config,
        HostConfig hostConfig,
        NetworkingConfig networking,
        List<MountPoint> mounts,
        Run run) {
    /**
     * What its process did last.
     *
     * @param pid          of process 1 on the node, while it runs
     * @param exitCode     of the last run, 128 + n for signal n
     * @param error        why the last start failed, else empty
     * @param restartCount starts by its restart policy since the user started it
     * @param stoppedByUser the last stop was the user's, so that {@code unless-stopped} leaves it stopped
     */
    public record Run(
            State state,
            boolean paused,
            Optional<Long> pid,
            int exitCode,
            boolean oomKilled,
            String error,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            int restartCount,
            boolean stoppedByUser) {
        public static final Run NEW = new Run(
                State.CREATED, false, Optional.empty(), 0, false, "", Optional.empty(), Optional.empty(), 0, false);

        Run started(long newPid, Instant at) {
            return new Run(
                    State.RUNNING,
                    false,
                    Optional.of(newPid),
                    0,
                    false,
                    "",
                    Optional.of(at),
                    finishedAt,
                    restartCount,
                    false);
        }

        /** @param next {@code EXITED} or {@code RESTARTING} */
        Run ended(State next, int code, boolean oom, Instant at) {
            return new Run(
                    next,
                    false,
                    Optional.empty(),
                    code,
                    oom,
                    "",
                    startedAt,
                    Optional.of(at),
                    next == State.RESTARTING ? restartCount + 1 : restartCount,
                    stoppedByUser);
        }

        /** A start that did not work; the state stays what it was, as Docker has it. */
        Run failed(int code, String why) {
            State now = state == State.RESTARTING ? State.EXITED : state;
            return new Run(
                    now, false, Optional.empty(), code, false, why, startedAt, finishedAt, restartCount, stoppedByUser);
        }

        Run in(State next) {
            return new Run(
                    next, paused, pid, exitCode, oomKilled, error, startedAt, finishedAt, restartCount, stoppedByUser);
        }

        Run paused(boolean now) {
            return new Run(
                    state, now, pid, exitCode, oomKilled, error, startedAt, finishedAt, restartCount, stoppedByUser);
        }

        Run stoppedByUser(boolean now) {
            return new Run(state, paused, pid, exitCode, oomKilled, error, startedAt, finishedAt, restartCount, now);
        }

        Run restartCount(int now) {
            return new Run(state, paused, pid, exitCode, oomKilled, error, startedAt, finishedAt, now, stoppedByUser);
        }
    }

    Container with(Run newRun) {
        return new Container(id, name, node, image, imageId, created, config, hostConfig, networking, mounts, newRun);
    }

    Container named(String newName) {
        return new Container(id, newName, node, image, imageId, created, config, hostConfig, networking, mounts, run);
    }

    Container with(HostConfig newHostConfig) {
        return new Container(id, name, node, image, imageId, created, config, newHostConfig, networking, mounts, run);
    }

    /** Whether only the run differs. */
    boolean definedAs(Container other) {
        return name.equals(other.name) && hostConfig.equals(other.hostConfig);
    }

    public State state() {
        return run.state();
    }

    public boolean running() {
        return run.state() == State.RUNNING;
    }

    public boolean paused() {
        return run.paused();
    }

    public String shortId() {
        return id.substring(0, 12);
    }
}
