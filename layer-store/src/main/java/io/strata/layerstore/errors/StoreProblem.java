package io.strata.layerstore.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.strata.oci.Digest;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** RFC 9457; {@code missing} is the store's own member: the digests that are not here. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoreProblem(String type, String title, int status, String detail, List<Digest> missing) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Response response(int status, String code, String detail, List<Digest> missing) {
        Response.Status known = Response.Status.fromStatusCode(status);
        String title = known == null ? "Error" : known.getReasonPhrase();
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(new StoreProblem("urn:strata:problem:" + code, title, status, detail, missing))
                .build();
    }
}
