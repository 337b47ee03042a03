package io.strata.gateway.errors;

/** What the gateway cannot do, said in words for whoever asked. The Engine API and Strata's own REST tell it in their forms. */
public abstract sealed class GatewayException extends RuntimeException {
    private GatewayException(String message) {
        super(message);
    }

    private GatewayException(String message, Throwable cause) {
        super(message, cause);
    }

    public static final class InvalidInput extends GatewayException {
        public InvalidInput(String message) {
            super(message);
        }
    }

    public static final class Unauthorized extends GatewayException {
        public Unauthorized(String message) {
            super(message);
        }
    }

    public static final class Forbidden extends GatewayException {
        public Forbidden(String message) {
            super(message);
        }
    }

    public static final class NotFound extends GatewayException {
        public NotFound(String message) {
            super(message);
        }
    }

    public static final class Conflict extends GatewayException {
        public Conflict(String message) {
            super(message);
        }
    }

    public static final class RateLimited extends GatewayException {
        public RateLimited(String message) {
            super(message);
        }
    }

    /** An upstream registry answered something that cannot be used, or not at all. */
    public static final class UpstreamFailed extends GatewayException {
        public UpstreamFailed(String message) {
            super(message);
        }

        public UpstreamFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A part of Strata that is needed (layer-store, S3) does not answer; the call may be repeated. */
    public static final class Unavailable extends GatewayException {
        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
