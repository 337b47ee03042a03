package io.strata.runtime.node;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What this node is and where its state lies. The environment's names are in application.properties. */
@ConfigMapping(prefix = "strata.node")
public interface NodeConfig {
    /** {@code STRATA_NODE}: the node's name, unique in the cluster; it stays with the node's folder for its life. */
    @WithDefault("node-1")
    String name();

    /**
     * {@code STRATA_NODE_HOME}: the folder of everything this node holds: layers, writable layers, bundles, volumes. On a
     * file system that can be overlayfs' upper layer (ext4, xfs). Short, as unix sockets lie below it.
     */
    @WithDefault("./.strata/node-1")
    Path home();

    /** Clients of the Docker endpoint at one time; each costs about 20 KiB. More are turned away. */
    @WithDefault("1024")
    int maxConnections();

    /** How long a container has between its stop signal and SIGKILL when neither it nor the caller says; Docker's 10 s. */
    @WithDefault("10s")
    Duration stopTimeout();

    /** How often the node tells that it lives. */
    @WithDefault("10s")
    Duration heartbeat();

    /** {@link #home} as an absolute path without links to follow. */
    default Path root() {
        return home().toAbsolutePath().normalize();
    }

    /** The Docker endpoint. */
    default Path socket() {
        return root().resolve("engine.sock");
    }
}
