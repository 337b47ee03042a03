package io.strata.runtime.network;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;

/** A refusal with Docker's words; {@code reason} says which status the Engine API answers. */
public class NetworkException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Kinds of refusal, each with its status in the Engine API. */
    public enum Reason {
        INVALID(400),
        FORBIDDEN(403),
        NOT_FOUND(404),
        CONFLICT(409),
        FAILED(500),
        NOT_IMPLEMENTED(501);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final Reason reason;

    public NetworkException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public NetworkException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The same refusal as the Engine API's routes throw it. */
    public EngineException refusal() {
        return switch (reason) {
            case INVALID -> new EngineException.InvalidInput(getMessage());
            case FORBIDDEN -> new EngineException.Forbidden(getMessage());
            case NOT_FOUND -> new EngineException.NotFound(getMessage());
            case CONFLICT -> new EngineException.Conflict(getMessage());
            case FAILED -> new EngineException.Failed(getMessage(), this);
            case NOT_IMPLEMENTED -> new EngineException.NotImplemented(getMessage());
        };
    }
}
