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
     * @param byUser       the last stop was the user's, so that {@code unless-stopped} leaves it stopped
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
            boolean byUser) {
        public static final Run NEW = new Run(
                State.CREATED, false, Optional.empty(), 0, false, "", Optional.empty(), Optional.empty(), 0, false);
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
