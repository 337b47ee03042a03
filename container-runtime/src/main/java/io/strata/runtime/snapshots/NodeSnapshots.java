package io.strata.runtime.snapshots;

import io.strata.runtime.node.NodeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;

/** Opens this node's writable layers. */
@ApplicationScoped
class NodeSnapshots {
    @Produces
    @Singleton
    Snapshots snapshots(NodeConfig node) throws IOException {
        return new OverlaySnapshots(Files.createDirectories(node.root()).resolve("s"));
    }
}
