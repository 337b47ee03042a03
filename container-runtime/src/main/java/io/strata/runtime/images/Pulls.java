package io.strata.runtime.images;

import io.strata.blobs.LayerFacts;
import io.strata.runtime.images.RegistryGatewayClient.PullLines;
import io.strata.runtime.layers.LayerMounts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Begins pulls on this node. */
@ApplicationScoped
class Pulls {
    private final RegistryGatewayClient gateway;
    private final LayerOrigin origin;
    private final LayerMounts layers;
    private final LayerFacts facts;
    private final Semaphore turns;

    @Inject
    Pulls(RegistryGatewayClient gateway, LayerOrigin origin, LayerMounts layers, LayerFacts facts, LayerTurns turns) {
        this(gateway, origin, layers, facts, turns.semaphore());
    }

    Pulls(RegistryGatewayClient gateway, LayerOrigin origin, LayerMounts layers, LayerFacts facts, Semaphore turns) {
        this.gateway = gateway;
        this.origin = origin;
        this.layers = layers;
        this.facts = facts;
        this.turns = turns;
    }

    /**
     * Returns when it is known what the reference names; the rest is {@link NodePull#run}. Close the answer.
     *
     * @throws PullException when there is no such image, or it may not be pulled
     */
    NodePull begin(PullRequest request) throws IOException {
        PullLines lines = gateway.pull(request.reference().toString(), request.platform(), request.auth());
        try {
            return switch (lines.next().orElse(new PullLine.Failed(500, "the registry-gateway gave no answer"))) {
                case PullLine.Resolved resolved -> new NodePull(gateway, origin, layers, facts, turns, lines, resolved);
                case PullLine.Failed failed -> throw new PullException(failed.status(), failed.message());
                case PullLine other -> throw new IOException("the registry-gateway's answer began with " + other);
            };
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }
}
