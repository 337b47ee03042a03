package io.strata.layerstore.blobs;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.layerstore.errors.Inputs;
import io.strata.layerstore.errors.StoreException;
import io.strata.layerstore.objects.BlobStore;
import io.strata.oci.Digest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /blobs}: facts and addresses; the bytes themselves never come through here. */
@Path("/blobs")
@RunOnVirtualThread
public class BlobResource {
    private final Blobs blobs;

    BlobResource(Blobs blobs) {
        this.blobs = blobs;
    }

    public record Location(String url, String expires) {
        static Location of(BlobStore.Address address) {
            return new Location(address.url().toString(), address.expires().toString());
        }
    }

    public record Blob(Digest digest, long size, String mediaType, Location location) {}

    public record Digests(List<Digest> digests) {}

    public record Found(List<BlobFacts> blobs) {}

    @GET
    @Path("{digest}")
    @Operation(summary = "A blob's facts, and an address that reads it for a while")
    public Response get(String digest) {
        Digest wanted = Digest.parse(digest);
        Blobs.Located blob = blobs.locate(wanted).orElseThrow(() -> new StoreException.BlobUnknown(wanted));
        BlobFacts facts = blob.facts();
        // The address ends, so no cache may keep the answer.
        return Response.ok(new Blob(facts.digest(), facts.size(), facts.mediaType(), Location.of(blob.location())))
                .header("Cache-Control", "no-store")
                .build();
    }

    @POST
    @Path("lookup")
    @Operation(summary = "Which of these blobs are there")
    public Found lookup(Digests asked) {
        return new Found(blobs.lookup(Inputs.digests(asked == null ? null : asked.digests())));
    }
}
