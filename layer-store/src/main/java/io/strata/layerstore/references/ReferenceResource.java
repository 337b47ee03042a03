package io.strata.layerstore.references;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.layerstore.errors.Inputs;
import io.strata.layerstore.errors.StoreException;
import io.strata.oci.Digest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /references}: who keeps blobs alive. */
@Path("/references")
@RunOnVirtualThread
public class ReferenceResource {
    private static final Set<String> KINDS = Set.of("manifest", "container");

    private final References references;

    ReferenceResource(References references) {
        this.references = references;
    }

    public record Put(String kind, String label, List<Digest> digests) {}

    @PUT
    @Path("{ownerId}")
    @Operation(summary = "Holds blobs for an owner, before the owner is visible")
    public void put(String ownerId, Put put) {
        Inputs.given("a body", put);
        if (put.kind() == null || !KINDS.contains(put.kind())) {
            throw new StoreException.InvalidInput("kind: \"manifest\" or \"container\" is needed");
        }
        Owner owner = new Owner(put.kind(), Inputs.text("ownerId", ownerId), Inputs.text("label", put.label()));
        references.put(owner, Inputs.digests(put.digests()));
    }

    @DELETE
    @Path("{ownerId}")
    @Operation(summary = "Ends everything that an owner holds")
    public void drop(String ownerId) {
        references.drop(ownerId);
    }
}
