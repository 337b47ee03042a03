package io.strata.gateway.distribution;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.gateway.errors.OciError;
import io.strata.gateway.errors.RegistryException;
import io.strata.gateway.store.StoreConfig;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.oci.Digest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/<name>/blobs/<digest>}. */
@Path("/v2")
@RunOnVirtualThread
@Tag(name = "OCI Distribution")
public class BlobsResource {
    private static final String PATH = "{name:.+}/blobs/{digest:[^/]+}";

    private final RepositoryBlobs blobs;
    private final StoreConfig config;

    BlobsResource(RepositoryBlobs blobs, StoreConfig config) {
        this.blobs = blobs;
        this.config = config;
    }

    @HEAD
    @Path(PATH)
    public Response head(
            @PathParam("name") String name, @PathParam("digest") String digest, @QueryParam("ns") String ns)
            throws IOException {
        RepositoryBlobs.Found blob = find(V2Name.of(name, ns), V2Name.digest(digest));
        return described(Response.ok(), blob.digest(), blob.size()).build();
    }

    @GET
    @Path(PATH)
    public Response get(
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @QueryParam("ns") String ns,
            @HeaderParam("Range") String range)
            throws IOException {
        V2Name repository = V2Name.of(name, ns);
        RepositoryBlobs.Found blob = find(repository, V2Name.digest(digest));
        if (config.redirect()) {
            Optional<URI> location = blobs.locate(blob);
            if (location.isPresent()) {
                return Response.status(Response.Status.TEMPORARY_REDIRECT)
                        .header(HttpHeaders.LOCATION, location.get().toString())
                        .header(ManifestsResource.DIGEST, blob.digest().toString())
                        .build();
            }
        }
        return switch (ByteRange.asked(range, blob.size())) {
            case ByteRange.Asked.Whole whole -> content(repository, blob, Response.ok(), 0, blob.size());
            case ByteRange.Asked.Part(ByteRange part) ->
                content(
                        repository,
                        blob,
                        Response.status(Response.Status.PARTIAL_CONTENT)
                                .header(
                                        "Content-Range",
                                        "bytes " + part.first() + "-" + part.last() + "/" + blob.size()),
                        part.first(),
                        part.length());
            case ByteRange.Asked.Unsatisfiable none ->
                described(
                                Response.status(OciError.RANGE_INVALID.status())
                                        .header("Content-Range", "bytes */" + blob.size()),
                                blob.digest(),
                                0)
                        .build();
        };
    }

    private Response content(
            V2Name name, RepositoryBlobs.Found blob, Response.ResponseBuilder answer, long first, long length)
            throws IOException {
        described(answer, blob.digest(), length);
        if (length == 0) {
            return answer.build();
        }
        try {
            return answer.entity(new Slice(blobs.open(name, blob, first), length, first + length == blob.size()))
                    .build();
        } catch (UpstreamException e) {
            throw ManifestReads.told(name.repository().withDigest(blob.digest()), e);
        }
    }

    private static Response.ResponseBuilder described(Response.ResponseBuilder answer, Digest digest, long length) {
        return answer.type(MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .header("Accept-Ranges", "bytes")
                .header(ManifestsResource.DIGEST, digest.toString())
                .header(HttpHeaders.ETAG, "\"" + digest + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "max-age=31536000");
    }

    private RepositoryBlobs.Found find(V2Name name, Digest digest) throws IOException {
        return blobs.find(name, digest)
                .orElseThrow(() -> new RegistryException(
                        OciError.BLOB_UNKNOWN, "the repository has no such blob", Map.of("digest", digest)));
    }

    @DELETE
    @Path(PATH)
    public Response delete(
            @PathParam("name") String name, @PathParam("digest") String digest, @QueryParam("ns") String ns) {
        blobs.delete(V2Name.of(name, ns), V2Name.digest(digest));
        return Response.accepted().build();
    }
}
