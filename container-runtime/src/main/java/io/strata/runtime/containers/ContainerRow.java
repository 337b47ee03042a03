package io.strata.runtime.containers;

import com.fasterxml.jackson.core.type.TypeReference;
import io.strata.oci.Digest;
import io.strata.runtime.containers.Container.Run;
import io.strata.runtime.volumes.MountPoint;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A {@link Container} in the database. What is JSON there is read whole or not at all, never asked by a query. */
@Entity
@Table(name = "container")
class ContainerRow {
    private static final TypeReference<List<MountPoint>> MOUNTS = new TypeReference<>() {};

    @Id
    String id;

    String name;
    String node;
    String image;

    @Column(name = "image_id")
    String imageId;

    Instant created;
    String config;

    @Column(name = "host_config")
    String hostConfig;

    String networking;
    String mounts;

    @Enumerated(EnumType.STRING)
    State state;

    boolean paused;
    Long pid;

    @Column(name = "exit_code")
    int exitCode;

    @Column(name = "oom_killed")
    boolean oomKilled;

    String error;

    @Column(name = "started_at")
    Instant startedAt;

    @Column(name = "finished_at")
    Instant finishedAt;

    @Column(name = "restart_count")
    int restartCount;

    @Column(name = "stopped_by_user")
    boolean stoppedByUser;

    static ContainerRow of(Container container) {
        ContainerRow row = new ContainerRow();
        row.id = container.id();
        row.node = container.node();
        row.image = container.image();
        row.imageId = container.imageId().toString();
        row.created = container.created();
        row.set(container);
        return row;
    }

    /** Takes over what may change in a container's life. */
    void set(Container container) {
        name = container.name();
        config = ConfigJson.write(container.config());
        hostConfig = ConfigJson.write(container.hostConfig());
        networking = ConfigJson.write(container.networking());
        mounts = ConfigJson.write(container.mounts());
        set(container.run());
    }

    void set(Run run) {
        state = run.state();
        paused = run.paused();
        pid = run.pid().orElse(null);
        exitCode = run.exitCode();
        oomKilled = run.oomKilled();
        error = run.error();
        startedAt = run.startedAt().orElse(null);
        finishedAt = run.finishedAt().orElse(null);
        restartCount = run.restartCount();
        stoppedByUser = run.stoppedByUser();
    }

    Container toContainer() {
        return new Container(
                id,
                name,
                node,
                image,
                Digest.parse(imageId),
                created,
                ConfigJson.read(config, Config.class),
                ConfigJson.read(hostConfig, HostConfig.class),
                ConfigJson.read(networking, NetworkingConfig.class),
                ConfigJson.read(mounts, MOUNTS),
                toRun());
    }

    Run toRun() {
        return new Run(
                state,
                paused,
                Optional.ofNullable(pid),
                exitCode,
                oomKilled,
                error,
                Optional.ofNullable(startedAt),
                Optional.ofNullable(finishedAt),
                restartCount,
                stoppedByUser);
    }
}
