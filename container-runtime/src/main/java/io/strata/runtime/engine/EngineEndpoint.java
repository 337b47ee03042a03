package io.strata.runtime.engine;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.strata.runtime.cluster.ClusterHandler;
import io.strata.runtime.cluster.NodeRegistry;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.http.HttpServer;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jboss.logging.Logger;

/** The node's Docker endpoint: every {@link EngineRoutes} bean on one unix socket. */
@ApplicationScoped
public class EngineEndpoint {
    /** After everything else has started: who finds the socket finds a node that is reconciled. */
    static final int LAST = 4000;

    private static final Logger LOG = Logger.getLogger(EngineEndpoint.class);

    private final NodeConfig node;
    private final List<EngineRoutes> groups;
    private final Containers containers;
    private final NodeRegistry nodes;
    private volatile HttpServer server;

    EngineEndpoint(NodeConfig node, @All List<EngineRoutes> groups, Containers containers, NodeRegistry nodes) {
        this.node = node;
        this.groups = groups;
        this.containers = containers;
        this.nodes = nodes;
    }

    void start(@Observes @Priority(LAST) StartupEvent started) throws IOException {
        Router router = new Router();
        groups.forEach(group -> group.register(router));
        Files.createDirectories(node.root());
        server = HttpServer.start(
                node.socket(), new ClusterHandler(router, containers, nodes, node), node.maxConnections());
        LOG.infof("Docker endpoint of %s: unix://%s", node.name(), node.socket());
    }

    void stop(@Observes ShutdownEvent stopping) throws IOException {
        if (server != null) {
            server.close();
        }
    }

    boolean listening() {
        return server != null && server.listening();
    }
}
