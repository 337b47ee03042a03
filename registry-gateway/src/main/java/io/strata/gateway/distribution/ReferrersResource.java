package io.strata.gateway.distribution;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v2/<name>/referrers/<digest>}. */
@Path("/v2")
@RunOnVirtualThread
@Tag(name = "OCI Distribution")
public class ReferrersResource {
    private final Referrers referrers;

    ReferrersResource(Referrers referrers) {
        this.referrers = referrers;
    }

    @GET
    @Path("{name:.+}/referrers/{digest}")
    public Response get(
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @QueryParam("ns") String ns,
            @QueryParam("artifactType") String artifactType) {
        V2Name repository = V2Name.of(name, ns);
        Digest subject = V2Name.digest(digest);
        boolean filtered = artifactType != null && !artifactType.isEmpty();
        byte[] index =
                OciJson.write(referrers.of(repository, subject, Optional.ofNullable(filtered ? artifactType : null)));
        Response.ResponseBuilder answer = Response.ok(index).header(HttpHeaders.CONTENT_TYPE, MediaTypes.OCI_INDEX);
        if (filtered) {
            answer.header("OCI-Filters-Applied", "artifactType");
        }
        return answer.build();
    }
}
