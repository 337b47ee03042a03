package io.strata.commit.errors;

import jakarta.ws.rs.core.Response;

/** RFC 9457. */
public record CommitProblem(String type, String title, int status, String detail) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Response response(int status, String detail) {
        Response.Status known = Response.Status.fromStatusCode(status);
        String title = known == null ? "Error" : known.getReasonPhrase();
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(new CommitProblem("about:blank", title, status, detail))
                .build();
    }
}
