package io.strata.gateway.spool;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.GatewayException;
import io.strata.oci.Digest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /spool/{digest}}: a blob while it is fetched. */
@Path("/spool")
public class SpoolResource {
    private static final Pattern FROM = Pattern.compile("bytes=([0-9]{1,18})-");
    private static final int BUFFER = 256 << 10;

    private final Spool spool;

    SpoolResource(Spool spool) {
        this.spool = spool;
    }

    @GET
    @Path("{digest}")
    @RunOnVirtualThread
    @Operation(
            summary = "A blob while it is being fetched, from the growing spool",
            description =
                    "404 when nobody is fetching it: then it is in the store or not at all. A failed fetch cuts the"
                            + " connection before the announced length. Range: bytes=N- only.")
    public Response read(
            @PathParam("digest") String digestText,
            @HeaderParam("Range") String range,
            @Context HttpServerRequest request) {
        Digest digest = Digest.parse(digestText);
        Spool.Reading reading =
                spool.find(digest).orElseThrow(() -> new GatewayException.NotFound("nobody is fetching " + digest));
        long offset = from(range);
        if (offset > 0 && offset >= reading.size()) {
            reading.hold().close();
            return Response.status(416)
                    .header("Content-Range", "bytes */" + reading.size())
                    .build();
        }
        StreamingOutput body = output -> {
            try (InputStream content = reading.hold().open(offset)) {
                byte[] buffer = new byte[BUFFER];
                for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                    output.write(buffer, 0, read);
                    if (content.available() == 0) {
                        output.flush();
                    }
                }
            } catch (IOException e) {
                // The length is announced: cutting the connection is how the reader hears that it does not come.
                request.connection().close();
                throw e;
            }
        };
        Response.ResponseBuilder answer = Response.status(offset > 0 ? 206 : 200)
                .entity(body)
                .type("application/octet-stream")
                .header(HttpHeaders.CONTENT_LENGTH, reading.size() - offset);
        if (offset > 0) {
            answer.header("Content-Range", "bytes " + offset + "-" + (reading.size() - 1) + "/" + reading.size());
        }
        return answer.build();
    }

    /** A range of another form is not taken up, which RFC 9110 allows. */
    private static long from(String range) {
        Matcher from = FROM.matcher(range == null ? "" : range);
        return from.matches() ? Long.parseLong(from.group(1)) : 0;
    }
}
