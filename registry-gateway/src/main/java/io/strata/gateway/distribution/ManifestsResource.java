package io.strata.gateway.distribution;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.names.ReleasedOwners;
import io.strata.gateway.names.Removal;
import io.strata.oci.ImageReference;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/<name>/manifests/<reference>}. */
@Path("/v2")
@RunOnVirtualThread
@Tag(name = "OCI Distribution")
public class ManifestsResource {
    private static final String PATH = "{name:.+}/manifests/{reference}";

    static final String DIGEST = "Docker-Content-Digest";

    private final ManifestReads reads;
    private final ManifestPuts puts;
    private final Removal removal;
    private final ReleasedOwners owners;

    ManifestsResource(ManifestReads reads, ManifestPuts puts, Removal removal, ReleasedOwners owners) {
        this.reads = reads;
        this.puts = puts;
        this.removal = removal;
        this.owners = owners;
    }

    @GET
    @Path(PATH)
    public Response get(
            @PathParam("name") String name, @PathParam("reference") String reference, @QueryParam("ns") String ns)
            throws IOException {
        ManifestBytes manifest = reads.get(V2Name.of(name, ns).at(reference));
        return Response.ok(manifest.content())
                .header(HttpHeaders.CONTENT_TYPE, manifest.mediaType())
                .header(DIGEST, manifest.digest().toString())
                .header(HttpHeaders.ETAG, "\"" + manifest.digest() + "\"")
                .build();
    }

    @HEAD
    @Path(PATH)
    public Response head(
            @PathParam("name") String name, @PathParam("reference") String reference, @QueryParam("ns") String ns) {
        Manifests.Entry manifest = reads.head(V2Name.of(name, ns).at(reference));
        return Response.ok()
                .header(HttpHeaders.CONTENT_TYPE, manifest.mediaType())
                .header(HttpHeaders.CONTENT_LENGTH, manifest.size())
                .header(DIGEST, manifest.digest().toString())
                .header(HttpHeaders.ETAG, "\"" + manifest.digest() + "\"")
                .build();
    }

    @PUT
    @Path(PATH)
    @Consumes(MediaType.WILDCARD)
    public Response put(
            @PathParam("name") String name,
            @PathParam("reference") String reference,
            @QueryParam("ns") String ns,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
            InputStream body)
            throws IOException {
        V2Name repository = V2Name.of(name, ns);
        ManifestPuts.Put put = puts.put(repository, repository.at(reference), Optional.ofNullable(contentType), body);
        Response.ResponseBuilder answer = Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, repository.path("manifests/" + put.digest()))
                .header(DIGEST, put.digest().toString());
        put.subject().ifPresent(s -> answer.header("OCI-Subject", s.toString()));
        return answer.build();
    }

    @DELETE
    @Path(PATH)
    public Response delete(
            @PathParam("name") String name, @PathParam("reference") String reference, @QueryParam("ns") String ns) {
        ImageReference named = V2Name.of(name, ns).at(reference);
        if (!removal.remove(named)) {
            throw ManifestReads.unknown(named);
        }
        owners.soon();
        return Response.accepted().build();
    }
}
