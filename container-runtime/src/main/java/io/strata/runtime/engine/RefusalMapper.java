package io.strata.runtime.engine;

import io.strata.runtime.errors.EngineException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;

/** Refusals on Strata's own REST as problem details (RFC 9457). */
@Provider
public class RefusalMapper implements ExceptionMapper<EngineException> {
    @Override
    public Response toResponse(EngineException refusal) {
        Response.Status status =
                switch (refusal) {
                    case EngineException.InvalidInput _ -> Response.Status.BAD_REQUEST;
                    case EngineException.Forbidden _ -> Response.Status.FORBIDDEN;
                    case EngineException.NotFound _ -> Response.Status.NOT_FOUND;
                    case EngineException.Conflict _ -> Response.Status.CONFLICT;
                    case EngineException.NotModified _ -> Response.Status.NOT_MODIFIED;
                    case EngineException.NotImplemented _ -> Response.Status.NOT_IMPLEMENTED;
                    case EngineException.Unavailable _ -> Response.Status.SERVICE_UNAVAILABLE;
                    case EngineException.Failed _ -> Response.Status.INTERNAL_SERVER_ERROR;
                };
        return Response.status(status)
                .type("application/problem+json")
                .entity(Map.of(
                        "type", "about:blank",
                        "title", status.getReasonPhrase(),
                        "status", status.getStatusCode(),
                        "detail", refusal.getMessage()))
                .build();
    }
}
