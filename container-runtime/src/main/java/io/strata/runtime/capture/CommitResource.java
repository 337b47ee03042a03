package io.strata.runtime.capture;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.State;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.relay.Relay;
import io.strata.runtime.relay.Relay.Parameter;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** {@code POST /commit}: commit-service's, which is told what only the node knows. */
@ApplicationScoped
class CommitResource implements EngineRoutes {
    private final Containers containers;
    private final Relay relay;
    private final PeersConfig peers;

    CommitResource(Containers containers, Relay relay, PeersConfig peers) {
        this.containers = containers;
        this.relay = relay;
        this.peers = peers;
    }

    @Override
    public void register(Router router) {
        router.post("/commit", this::commit);
    }

    private void commit(Call call) throws IOException {
        String named = call.query("container")
                .orElseThrow(() -> new EngineException.InvalidInput("container: a name or an id is needed"));
        Container container = containers.find(named);
        if (container.state() == State.DEAD) {
            throw new EngineException.Conflict("You cannot commit container " + container.id() + " which is Dead");
        }
        if (container.state() == State.REMOVING) {
            throw new EngineException.Conflict(
                    "You cannot commit container " + container.id() + " which is being removed");
        }
        relay.pass(
                call,
                peers.commitService(),
                "commit-service",
                new Parameter("node", container.node()),
                new Parameter("containerId", container.id()),
                new Parameter("parent", container.imageId().toString()));
    }
}
