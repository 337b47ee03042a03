package io.strata.commit.errors;

import io.strata.oci.InvalidManifestException;
import io.strata.oci.InvalidReferenceException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors in the form of the API that was called: the Engine API's on {@code /commit}, problem+json elsewhere. */
final class CommitErrorMapper {
    private static final Logger LOG = Logger.getLogger(CommitErrorMapper.class);

    record EngineError(String message) {}

    @ServerExceptionMapper
    Response of(CommitException e, UriInfo uri) {
        return answer(uri, e.status(), e.getMessage());
    }

    @ServerExceptionMapper
    Response of(InvalidReferenceException e, UriInfo uri) {
        return answer(uri, 400, e.getMessage());
    }

    /** The container's configuration in the body. */
    @ServerExceptionMapper
    Response of(InvalidManifestException e, UriInfo uri) {
        return answer(uri, 400, e.getMessage().lines().findFirst().orElse("the body cannot be read"));
    }

    @ServerExceptionMapper
    Response of(WebApplicationException e, UriInfo uri) {
        int status = e.getResponse().getStatus();
        return answer(uri, status, status == 404 ? "page not found" : String.valueOf(e.getMessage()));
    }

    @ServerExceptionMapper
    Response of(RuntimeException e, UriInfo uri) {
        LOG.errorf(e, "%s failed", uri.getPath());
        return answer(uri, 500, "commit-service failed; its log says why");
    }

    private static Response answer(UriInfo uri, int status, String message) {
        if (!uri.getPath().equals("/commit")) {
            return CommitProblem.response(status, message);
        }
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(new EngineError(message))
                .build();
    }
}
