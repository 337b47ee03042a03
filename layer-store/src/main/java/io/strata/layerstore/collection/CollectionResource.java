package io.strata.layerstore.collection;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /collection}: collects now, rather than when its time comes. */
@Path("/collection")
@RunOnVirtualThread
public class CollectionResource {
    private final Collection collection;

    CollectionResource(Collection collection) {
        this.collection = collection;
    }

    public record Collect(boolean dryRun) {}

    @POST
    @Operation(summary = "Removes what nobody holds; a dry run only says what that is")
    public Collected collect(Collect asked) {
        return asked != null && asked.dryRun() ? collection.preview() : collection.collect();
    }
}
