package io.strata.layerstore.layers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.layerstore.errors.Inputs;
import io.strata.layerstore.errors.StoreException;
import io.strata.oci.Digest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /layers}: what is inside layers, and who shares them. */
@Path("/layers")
@RunOnVirtualThread
public class LayerResource {
    private static final int MAX_PAGE = 1_000;

    private final Layers layers;

    LayerResource(Layers layers) {
        this.layers = layers;
    }

    public record Tell(Digest digest, Long unpackedSize, Long files) {}

    public record Digests(List<Digest> digests) {}

    public record Facts(List<LayerFact> layers) {}

    /** {@code next} is the {@code after} of the next page; absent on the last one. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Page(
            @JsonInclude(JsonInclude.Include.ALWAYS) List<Layer> layers, Optional<Digest> next) {}

    @PUT
    @Path("{diffId}")
    @Operation(summary = "Tells what is inside a blob that is a layer")
    public void tell(String diffId, Tell told) {
        Inputs.given("a body", told);
        layers.tell(
                Inputs.given("digest", told.digest()),
                Digest.parse(diffId),
                Inputs.atLeastZero("unpackedSize", Inputs.given("unpackedSize", told.unpackedSize())),
                Inputs.atLeastZero("files", Inputs.given("files", told.files())));
    }

    @POST
    @Path("lookup")
    @Operation(summary = "What is known of these blobs")
    public Facts lookup(Digests asked) {
        return new Facts(layers.lookup(Inputs.digests(asked == null ? null : asked.digests())));
    }

    @GET
    @Operation(summary = "Every layer with its users, in the order of the diffIDs")
    public Page list(
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("1000") String limit) {
        int wanted = limit(limit);
        List<Layer> page =
                layers.list(after.isEmpty() ? "" : Digest.parse(after).toString(), wanted);
        return new Page(
                page,
                page.size() < wanted
                        ? Optional.empty()
                        : Optional.of(page.getLast().diffId()));
    }

    @GET
    @Path("{diffId}")
    @Operation(summary = "A layer: its blobs, its size, its files, and who uses it")
    public Layer get(String diffId) {
        Digest wanted = Digest.parse(diffId);
        return layers.find(wanted).orElseThrow(() -> new StoreException.LayerUnknown(wanted));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new StoreException.InvalidInput("limit: 1 to " + MAX_PAGE + " is needed, not " + text);
    }
}
