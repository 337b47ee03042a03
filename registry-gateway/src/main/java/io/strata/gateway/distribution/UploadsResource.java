package io.strata.gateway.distribution;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.blobs.BlobFacts;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.oci.Digest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/<name>/blobs/uploads/}. */
@Path("/v2")
@Consumes(MediaType.WILDCARD)
@RunOnVirtualThread
@Tag(name = "OCI Distribution")
public class UploadsResource {
    private static final String SESSION = "{name:.+}/blobs/uploads/{id}";
    private static final String CONTENT_RANGE = "Content-Range";

    private final Uploads uploads;
    private final RepositoryBlobs blobs;

    UploadsResource(Uploads uploads, RepositoryBlobs blobs) {
        this.uploads = uploads;
        this.blobs = blobs;
    }

    @POST
    @Path("{name:.+}/blobs/uploads")
    public Response start(
            @PathParam("name") String name,
            @QueryParam("ns") String ns,
            @QueryParam("digest") String digest,
            @QueryParam("digest-algorithm") String algorithm,
            @QueryParam("mount") String mount,
            @QueryParam("from") String from,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length,
            InputStream body)
            throws IOException {
        V2Name repository = V2Name.of(name, ns);
        if (mount != null) {
            Optional<BlobFacts> mounted = blobs.mount(
                    repository,
                    V2Name.digest(mount),
                    Optional.ofNullable(from).filter(f -> !f.isEmpty()).map(f -> V2Name.of(f, ns)));
            if (mounted.isPresent()) {
                return created(repository, mounted.get().digest());
            }
        } else if (digest != null) {
            BlobFacts blob = uploads.put(repository, V2Name.digest(digest), body, length(length));
            return created(repository, blob.digest());
        }
        return accepted(repository, uploads.start(repository, algorithm(algorithm, digest)));
    }

    private static String algorithm(String said, String digest) {
        if (said == null || said.isEmpty()) {
            return digest == null ? Digest.SHA256 : V2Name.digest(digest).algorithm();
        }
        Digest.messageDigest(said);
        return said;
    }

    private static OptionalLong length(Long length) {
        return length == null ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @GET
    @Path(SESSION)
    public Response status(@PathParam("name") String name, @PathParam("id") String id, @QueryParam("ns") String ns) {
        V2Name repository = V2Name.of(name, ns);
        return progress(Response.noContent(), repository, uploads.find(repository, id));
    }

    @PATCH
    @Path(SESSION)
    public Response append(
            @PathParam("name") String name,
            @PathParam("id") String id,
            @QueryParam("ns") String ns,
            @HeaderParam(CONTENT_RANGE) String range,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length,
            InputStream body)
            throws IOException {
        V2Name repository = V2Name.of(name, ns);
        return accepted(repository, uploads.append(repository, id, range(range, length(length)), body));
    }

    @PUT
    @Path(SESSION)
    public Response finish(
            @PathParam("name") String name,
            @PathParam("id") String id,
            @QueryParam("ns") String ns,
            @QueryParam("digest") String digest,
            @HeaderParam(CONTENT_RANGE) String range,
            @HeaderParam(HttpHeaders.CONTENT_LENGTH) Long length,
            InputStream body)
            throws IOException {
        V2Name repository = V2Name.of(name, ns);
        Optional<ByteRange> chunk = range(range, length(length));
        BlobFacts blob = uploads.finish(repository, id, V2Name.digest(digest), chunk, body, length(length));
        return created(repository, blob.digest());
    }

    @DELETE
    @Path(SESSION)
    public Response cancel(@PathParam("name") String name, @PathParam("id") String id, @QueryParam("ns") String ns)
            throws IOException {
        uploads.cancel(V2Name.of(name, ns), id);
        return Response.noContent().build();
    }

    private static Optional<ByteRange> range(String header, OptionalLong length) {
        if (header == null || header.isEmpty()) {
            return Optional.empty();
        }
        Optional<ByteRange> range = ByteRange.ofChunk(header);
        if (range.isEmpty() || length.isPresent() && range.get().length() != length.getAsLong()) {
            throw new RegistryException(
                    OciError.CHUNK_OUT_OF_ORDER,
                    "Content-Range is not <first>-<last> of as many bytes as the body has",
                    Map.of("Content-Range", header));
        }
        return range;
    }

    private static Response created(V2Name repository, Digest digest) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, repository.path("blobs/" + digest))
                .header(ManifestsResource.DIGEST, digest.toString())
                .build();
    }

    private static Response accepted(V2Name repository, Upload upload) {
        return progress(Response.accepted(), repository, upload);
    }

    private static Response progress(Response.ResponseBuilder answer, V2Name repository, Upload upload) {
        return answer.header(HttpHeaders.LOCATION, repository.path("blobs/uploads/" + upload.id()))
                .header("Range", "0-" + Math.max(0, upload.received() - 1))
                .header("Docker-Upload-UUID", upload.id().toString())
                .build();
    }
}
