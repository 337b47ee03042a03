package io.strata.layerstore.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.strata.oci.InvalidDigestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where an error becomes an answer. */
final class StoreProblemMapper {
    private static final Logger LOG = Logger.getLogger(StoreProblemMapper.class);

    @ServerExceptionMapper
    Response of(StoreException e) {
        int status =
                switch (e) {
                    case StoreException.InvalidInput unused -> 400;
                    case StoreException.BlobUnknown unused -> 404;
                    case StoreException.LayerUnknown unused -> 404;
                    case StoreException.IngestUnknown unused -> 404;
                    case StoreException.IngestConflict unused -> 409;
                    case StoreException.LayerConflict unused -> 409;
                    case StoreException.BlobsMissing unused -> 409;
                    case StoreException.ObjectsUnavailable unavailable -> {
                        LOG.warn(unavailable.getMessage(), unavailable.getCause());
                        yield 503;
                    }
                };
        List<io.strata.oci.Digest> missing = e instanceof StoreException.BlobsMissing m ? m.missing() : null;
        return StoreProblem.response(status, e.code(), e.getMessage(), missing);
    }

    @ServerExceptionMapper
    Response of(InvalidDigestException e) {
        return StoreProblem.response(400, "invalid-input", e.getMessage(), null);
    }

    @ServerExceptionMapper
    Response of(MismatchedInputException e) {
        return StoreProblem.response(400, "invalid-input", said(e), null);
    }

    /** What the framework refuses: no such path or method, a body that is no JSON. */
    @ServerExceptionMapper
    Response of(WebApplicationException e) {
        int status = e.getResponse().getStatus();
        String detail = e.getCause() instanceof JsonProcessingException json ? said(json) : e.getMessage();
        return StoreProblem.response(status, status < 500 ? "invalid-input" : "internal", detail, null);
    }

    @ServerExceptionMapper
    Response of(RuntimeException e) {
        LOG.error("a request failed", e);
        return StoreProblem.response(500, "internal", "layer-store failed; its log says why", null);
    }

    /** The parser's words without the class names and without the body that it quotes. */
    private static String said(JsonProcessingException e) {
        Throwable root = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
        String text = root instanceof JsonProcessingException json ? json.getOriginalMessage() : root.getMessage();
        return "the body cannot be read: " + text.lines().findFirst().orElse("");
    }
}
