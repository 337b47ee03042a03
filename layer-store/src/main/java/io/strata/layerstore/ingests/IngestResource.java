package io.strata.layerstore.ingests;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.layerstore.blobs.BlobFacts;
import io.strata.layerstore.errors.Inputs;
import io.strata.layerstore.errors.StoreException;
import io.strata.layerstore.objects.BlobStore;
import io.strata.oci.Digest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /ingests}: addresses to write a blob, and the moment it becomes visible. */
@Path("/ingests")
@RunOnVirtualThread
public class IngestResource {
    static final String UNKNOWN_TYPE = "application/octet-stream";

    private final Ingests ingests;

    IngestResource(Ingests ingests) {
        this.ingests = ingests;
    }

    public record Open(String owner, Digest digest, Long size, String mediaType) {}

    /** {@code url} of a single PUT, or {@code partSize} and the first {@code urls}; only {@code present} when it is there. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ingest(BlobFacts present, String id, String kind, URI url, Long partSize, List<URI> urls) {}

    public record PartAddress(URI url) {}

    public record Part(int number, String etag) {}

    public record Complete(Digest digest, Long size, String mediaType, List<Part> parts) {}

    @POST
    @Operation(summary = "Opens an ingest, unless the blob is there")
    public Response open(Open open) {
        Inputs.given("a body", open);
        Opening opening = new Opening(
                Inputs.text("owner", open.owner()),
                Optional.ofNullable(open.digest()),
                open.size() == null ? OptionalLong.empty() : OptionalLong.of(Inputs.atLeastZero("size", open.size())),
                mediaType(open.mediaType()));
        return switch (ingests.open(opening)) {
            case Opened.Present p ->
                Response.ok(new Ingest(p.blob(), null, null, null, null, null)).build();
            case Opened.Single s -> created(new Ingest(null, s.id(), "single", s.url(), null, null));
            case Opened.Parts p -> created(new Ingest(null, p.id(), "parts", null, p.partSize(), p.urls()));
        };
    }

    private static Response created(Ingest ingest) {
        return Response.created(URI.create("/ingests/" + ingest.id()))
                .entity(ingest)
                .build();
    }

    @GET
    @Path("{id}/parts/{number}")
    @Operation(summary = "The address of a part, from 1")
    public PartAddress part(String id, String number) {
        try {
            return new PartAddress(ingests.part(id, Integer.parseInt(number)));
        } catch (NumberFormatException notOne) {
            throw new StoreException.InvalidInput("a part's number is no number: " + number);
        }
    }

    @POST
    @Path("{id}/complete")
    @Operation(summary = "Makes the blob visible; idempotent")
    public BlobFacts complete(String id, Complete complete) {
        Inputs.given("a body", complete);
        List<Part> parts = complete.parts() == null ? List.of() : complete.parts();
        if (parts.size() > Ingests.MAX_PARTS || parts.contains(null)) {
            throw new StoreException.InvalidInput("parts: a list of at most " + Ingests.MAX_PARTS + " is needed");
        }
        BlobFacts blob = new BlobFacts(
                Inputs.given("digest", complete.digest()),
                Inputs.atLeastZero("size", Inputs.given("size", complete.size())),
                mediaType(complete.mediaType()));
        return ingests.complete(
                id,
                new Completion(
                        blob,
                        parts.stream()
                                .map(part -> new BlobStore.PartTag(part.number(), Inputs.text("etag", part.etag())))
                                .toList()));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Drops an ingest and its bytes")
    public void drop(String id) {
        ingests.drop(id);
    }

    private static String mediaType(String given) {
        return given == null ? UNKNOWN_TYPE : Inputs.text("mediaType", given);
    }
}
