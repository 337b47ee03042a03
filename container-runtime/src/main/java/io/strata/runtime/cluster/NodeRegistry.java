package io.strata.runtime.cluster;

import io.quarkus.scheduler.Scheduled;
import io.strata.runtime.node.NodeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Tells the cluster that this node lives, and where the others are. */
@ApplicationScoped
public class NodeRegistry {
    private static final Logger LOG = Logger.getLogger(NodeRegistry.class);

    /** A node that missed so many heartbeats is taken for dead. */
    private static final int MISSED = 3;

    private final NodeRows rows;
    private final NodeConfig config;
    private final String hostname;

    NodeRegistry(NodeRows rows, NodeConfig config) {
        this.rows = rows;
        this.config = config;
        this.hostname = readHostname();
    }

    private static String readHostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Scheduled(every = "${strata.node.heartbeat:10s}")
    void beat() {
        try {
            rows.put(new Node(config.name(), config.socket(), hostname, Instant.now()));
        } catch (RuntimeException e) {
            // The database is away; what runs here goes on, and the next heartbeat tells.
            LOG.warnf("the heartbeat was not written: %s", e.getMessage());
        }
    }

    public List<Node> all() {
        return rows.nodes();
    }

    /** A living node on this machine that {@code wanted} holds for; never this one itself. */
    Optional<Node> reachable(Predicate<Node> wanted) {
        Duration patience = config.heartbeat().multipliedBy(MISSED);
        return rows.nodes().stream()
                .filter(node -> !node.name().equals(config.name()) && wanted.test(node))
                .filter(node -> node.hostname().equals(hostname) && Files.exists(node.socket()))
                .filter(node ->
                        Duration.between(node.heartbeat(), Instant.now()).compareTo(patience) < 0)
                .findFirst();
    }
}
