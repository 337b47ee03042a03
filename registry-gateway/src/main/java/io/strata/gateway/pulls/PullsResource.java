package io.strata.gateway.pulls;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.names.Naming;
import io.strata.gateway.streams.CallerWatch;
import io.strata.gateway.upstream.Credentials;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.Platform;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/** {@code POST /pulls} and {@code POST /pulls/{id}/complete} (docs/architecture.md). */
@Path("/pulls")
public class PullsResource {
    static final String LINES = "application/x-ndjson";

    private static final Logger LOG = Logger.getLogger(PullsResource.class);

    private final Pulls pulls;
    private final ObjectMapper json;

    PullsResource(Pulls pulls, ObjectMapper json) {
        this.pulls = pulls;
        this.json = json;
    }

    /** @param platform {@code os/arch[/variant]}; missing for the machine's */
    public record PullBody(String reference, String platform, String node) {}

    /** @param newer whether the name points elsewhere than before */
    public record Completed(String reference, Digest manifest, Digest imageId, boolean newer) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(LINES)
    @RunOnVirtualThread
    @Operation(
            summary = "Fetches an image into the store, telling each step as a line of JSON",
            description = "Nothing is named before complete. The caller going away ends the pull.")
    public Response pull(
            PullBody body, @HeaderParam("X-Registry-Auth") String authorization, @Context RoutingContext exchange) {
        Pulls.Request request = request(body, authorization);
        StreamingOutput lines = output -> stream(request, output, exchange);
        return Response.ok(lines, LINES).build();
    }

    private static Pulls.Request request(PullBody body, String authorization) {
        if (body == null
                || body.reference() == null
                || body.node() == null
                || body.node().isBlank()) {
            throw new GatewayException.InvalidInput("a pull needs a reference and a node");
        }
        try {
            return new Pulls.Request(
                    ImageReference.parse(body.reference()),
                    Optional.ofNullable(body.platform())
                            .filter(text -> !text.isBlank())
                            .map(Platform::parse),
                    body.node(),
                    Credentials.fromHeader(authorization));
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput(e.getMessage());
        }
    }

    private void stream(Pulls.Request request, OutputStream output, RoutingContext exchange) {
        try (CallerWatch watch = CallerWatch.of(exchange)) {
            pulls.pull(request, line -> {
                try {
                    output.write(json.writeValueAsBytes(line));
                    output.write('\n');
                    output.flush();
                } catch (IOException e) {
                    throw new PullSink.CallerGoneException(e);
                }
            });
        } catch (PullSink.CallerGoneException | InterruptedException e) {
            LOG.debugf("whoever pulled %s has gone", request.reference());
        }
    }

    @POST
    @Path("{id}/complete")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(summary = "Names what was pulled; again: the same answer")
    public Completed complete(@PathParam("id") String id) throws IOException {
        UUID pull;
        try {
            pull = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new GatewayException.NotFound("there is no pull " + id);
        }
        Naming.Named named = pulls.complete(pull);
        return new Completed(
                named.reference().toString(), named.manifest(), named.imageId().orElseThrow(), named.newer());
    }
}
