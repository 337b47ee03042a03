package io.strata.runtime.cluster;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /nodes}: the cluster's machines, as they told of themselves. */
@Path("/nodes")
@Produces(MediaType.APPLICATION_JSON)
public class NodesResource {
    private final NodeRegistry nodes;

    NodesResource(NodeRegistry nodes) {
        this.nodes = nodes;
    }

    @GET
    @Operation(summary = "The cluster's nodes with the time of their last heartbeat")
    public List<Shown> nodes() {
        return nodes.all().stream()
                .map(n -> new Shown(n.name(), n.hostname(), n.heartbeat().toString()))
                .toList();
    }

    /** A node as JSON; {@code heartbeat} is RFC 3339. */
    public record Shown(String name, String hostname, String heartbeat) {}
}
