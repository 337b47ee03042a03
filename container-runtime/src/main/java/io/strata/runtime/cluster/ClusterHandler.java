package io.strata.runtime.cluster;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.Execs;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Exchange;
import io.strata.runtime.http.Handler;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.routing.Router;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any node's endpoint answers for the whole cluster: what is asked of a container that lives elsewhere is answered by its
 * node. Everything else goes to this node's router, also when that other node is away: then the row is all there is.
 */
public final class ClusterHandler implements Handler {
    private static final Pattern OF_A_CONTAINER = Pattern.compile("(?:/v[0-9.]+)?/containers/([^/]+)(?:/.*)?");
    private static final Pattern OF_AN_EXEC = Pattern.compile("(?:/v[0-9.]+)?/exec/([0-9a-f]{64})/.*");
    private static final Set<String> NOT_A_CONTAINER = Set.of("json", "create", "prune");

    private final Router router;
    private final Containers containers;
    private final NodeRegistry nodes;
    private final NodeConfig self;
    private final SocketRelay relay = new SocketRelay();

    public ClusterHandler(Router router, Containers containers, NodeRegistry nodes, NodeConfig self) {
        this.router = router;
        this.containers = containers;
        this.nodes = nodes;
        this.self = self;
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        Optional<Node> owner = elsewhere(exchange.request().path());
        if (owner.isPresent()) {
            relay.pass(exchange, owner.get().socket());
        } else {
            router.handle(exchange);
        }
    }

    private Optional<Node> elsewhere(String path) {
        Matcher container = OF_A_CONTAINER.matcher(path);
        if (container.matches() && !NOT_A_CONTAINER.contains(container.group(1))) {
            return nodeOf(container.group(1))
                    .flatMap(name -> nodes.reachable(n -> n.name().equals(name)));
        }
        Matcher exec = OF_AN_EXEC.matcher(path);
        if (exec.matches() && !Execs.belongsTo(exec.group(1), self.name())) {
            return nodes.reachable(n -> Execs.belongsTo(exec.group(1), n.name()));
        }
        return Optional.empty();
    }

    /** Empty when it lives here, or nowhere: the router knows the words. */
    private Optional<String> nodeOf(String encodedName) {
        try {
            Container container = containers.find(URLDecoder.decode(encodedName, StandardCharsets.UTF_8));
            return Optional.of(container.node()).filter(name -> !name.equals(self.name()));
        } catch (EngineException | IllegalArgumentException notKnown) {
            return Optional.empty();
        }
    }
}
