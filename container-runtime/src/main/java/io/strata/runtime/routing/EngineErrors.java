package io.strata.runtime.routing;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Exchange;
import io.strata.runtime.http.MalformedRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jboss.logging.Logger;

/** The Engine API's form of an error, {@code {"message":"…"}}, and the status of each kind. */
final class EngineErrors {
    private static final Logger LOG = Logger.getLogger(EngineErrors.class);

    /** After the first byte of an answer there is no status any more: the connection is cut. */
    void answer(Exchange exchange, Exception error) throws IOException {
        if (error instanceof MalformedRequestException malformed) {
            throw malformed;
        }
        if (exchange.begun()) {
            if (error instanceof IOException io) {
                throw io;
            }
            LOG.warnf(
                    error,
                    "%s %s broke off",
                    exchange.request().method(),
                    exchange.request().path());
            throw new IOException("answer broken off", error);
        }
        int status = status(error);
        if (status == 500) {
            LOG.errorf(
                    error,
                    "%s %s failed",
                    exchange.request().method(),
                    exchange.request().path());
        }
        String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        byte[] body = (EngineJson.text(Map.of("message", message)) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.respond(status, Call.commonHeaders().add("Content-Type", "application/json"), body);
    }

    private static int status(Exception error) {
        if (!(error instanceof EngineException engine)) {
            return 500;
        }
        return switch (engine) {
            case EngineException.InvalidInput _ -> 400;
            case EngineException.Forbidden _ -> 403;
            case EngineException.NotFound _ -> 404;
            case EngineException.Conflict _ -> 409;
            case EngineException.NotModified _ -> 304;
            case EngineException.NotImplemented _ -> 501;
            case EngineException.Unavailable _ -> 503;
            case EngineException.Failed _ -> 500;
        };
    }
}
