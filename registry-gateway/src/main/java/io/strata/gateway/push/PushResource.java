package io.strata.gateway.push;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.streams.CallerWatch;
import io.strata.gateway.upstream.Credentials;
import io.strata.oci.ImageReference;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/** The Engine API's {@code POST /images/{name}/push}. */
@Path("/")
public class PushResource {
    private static final byte[] END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Logger LOG = Logger.getLogger(PushResource.class);

    private final Pushes pushes;
    private final ObjectMapper json;

    PushResource(Pushes pushes, ObjectMapper json) {
        this.pushes = pushes;
        this.json = json;
    }

    /** @param tag missing for every tag of the repository */
    @POST
    @Path("images/{name:.+}/push")
    @RunOnVirtualThread
    @Operation(summary = "Pushes an image to the registry of its name (Engine API)")
    public Response push(
            @PathParam("name") String name,
            @QueryParam("tag") String tag,
            @HeaderParam("X-Registry-Auth") String authorization,
            @Context RoutingContext exchange) {
        ImageReference repository;
        Credentials credentials;
        Optional<String> one = Optional.ofNullable(tag).filter(text -> !text.isEmpty());
        try {
            ImageReference named = ImageReference.ofRepository(name, one, Optional.empty());
            repository = named;
            credentials = Credentials.fromHeader(authorization);
        } catch (IllegalArgumentException e) {
            throw new GatewayException.InvalidInput(e.getMessage());
        }
        StreamingOutput lines = output -> {
            try (CallerWatch watch = CallerWatch.of(exchange)) {
                pushes.push(repository, one, credentials, line -> write(output, line));
            } catch (IOException | InterruptedException e) {
                LOG.debugf("whoever pushed %s has gone", repository);
            }
        };
        return Response.ok(lines, MediaType.APPLICATION_JSON).build();
    }

    private void write(OutputStream output, PushLine line) throws IOException {
        output.write(json.writeValueAsBytes(line));
        output.write(END);
        output.flush();
    }
}
