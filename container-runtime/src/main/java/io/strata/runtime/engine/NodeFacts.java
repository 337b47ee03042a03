package io.strata.runtime.engine;

import io.strata.oci.Digest;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Health;
import io.strata.runtime.containers.Healthchecks;
import io.strata.runtime.images.NodeImages;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.snapshots.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** What only the container's node knows of it: its network, its health, the size of its writable layer. */
@ApplicationScoped
public class NodeFacts {
    private static final Logger LOG = Logger.getLogger(NodeFacts.class);

    private final NodeNetwork network;
    private final Healthchecks health;
    private final Snapshots snapshots;
    private final LayerMounts layers;
    private final NodeImages images;
    private final NodeConfig node;
    private final Map<Digest, Long> sizes = new ConcurrentHashMap<>();

    NodeFacts(
            NodeNetwork network,
            Healthchecks health,
            Snapshots snapshots,
            LayerMounts layers,
            NodeImages images,
            NodeConfig node) {
        this.network = network;
        this.health = health;
        this.snapshots = snapshots;
        this.layers = layers;
        this.images = images;
        this.node = node;
    }

    boolean here(Container container) {
        return container.node().equals(node.name());
    }

    Optional<Connected> connected(Container container) {
        if (!here(container) || !container.running()) {
            return Optional.empty();
        }
        try {
            return network.find(container.id());
        } catch (IOException e) {
            LOG.warnf("the network of container %s is not known: %s", container.id(), e.getMessage());
            return Optional.empty();
        }
    }

    Optional<Health> health(Container container) {
        return here(container) ? health.of(container.id()) : Optional.empty();
    }

    /** Bytes of the writable layer; 0 on another node. */
    long writable(Container container) throws IOException {
        return here(container) ? snapshots.size(container.id()) : 0;
    }

    /** Bytes of the image's unpacked layers. */
    long imageSize(Container container) {
        return sizes.computeIfAbsent(container.imageId(), id -> images.find(id.toString()).layers().stream()
                .mapToLong(layer -> layers.find(layer.diffId())
                        .map(LayerMounts.Mounted::unpackedSize)
                        .orElse(0L))
                .sum());
    }

    /** What {@link LayerMounts#kind} says. */
    String layerKind() {
        return layers.kind();
    }

    /** Docker's word for overlayfs, so that its clients know it, with how layers are held here. */
    String driver() {
        return "overlay2-" + layers.kind();
    }
}
