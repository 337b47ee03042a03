package io.strata.runtime.containers;

import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Containers for tests. */
public final class Fixture {
    private Fixture() {}

    public static Container container(String name) {
        return container(name, "{\"Cmd\":[\"sleep\",\"1\"]}", "{}");
    }

    /** @param config the Engine API's, as JSON; {@code host} too */
    public static Container container(String name, String config, String host) {
        return new Container(
                Ids.random(),
                name,
                "node-1",
                "busybox",
                Digest.sha256("image".getBytes(StandardCharsets.UTF_8)),
                Instant.parse("2026-01-01T00:00:00Z"),
                ConfigMerge.merge(ConfigJson.read(config, Config.class), ContainerConfig.EMPTY),
                ConfigJson.read(host, HostConfig.class),
                NetworkingConfig.NONE,
                List.of(),
                Container.Run.NEW);
    }

    public static Container running(Container container, Instant since) {
        return container.with(container.run().started(42, since));
    }

    public static Container exited(Container container, int code, Instant at) {
        return container.with(container.run().started(42, at).ended(State.EXITED, code, false, at));
    }

    public static Container paused(Container container) {
        return container.with(container.run().paused(true));
    }
}
