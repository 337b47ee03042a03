package io.strata.gateway.upstream;

import io.strata.gateway.errors.GatewayException;
import java.time.Duration;
import java.util.Optional;

/**
 * What can go wrong with another registry, in Docker's words. {@link #status} is the status with which the Engine API
 * answers when nothing was sent yet; {@code /v2/} maps by type.
 */
public abstract sealed class UpstreamException extends RuntimeException {
    private final int status;

    private UpstreamException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** The same in the family that the Engine API's and Strata's own mappers know. */
    public GatewayException forEngine() {
        return switch (this) {
            case NotFound e -> new GatewayException.NotFound(e.getMessage());
            case Unauthorized e -> new GatewayException.Unauthorized(e.getMessage());
            case Denied e -> new GatewayException.Forbidden(e.getMessage());
            case Refused e -> new GatewayException.Forbidden(e.getMessage());
            case RateLimited e -> new GatewayException.RateLimited(e.getMessage());
            case Unreachable e -> new GatewayException.UpstreamFailed(e.getMessage(), e);
            case Failed e -> new GatewayException.UpstreamFailed(e.getMessage(), e);
            case Invalid e -> new GatewayException.UpstreamFailed(e.getMessage(), e);
        };
    }

    /** The registry has no such manifest, blob or repository, for these credentials at least. */
    public static final class NotFound extends UpstreamException {
        public NotFound(String message) {
            super(404, message, null);
        }
    }

    /** The registry wants credentials, or others than these. */
    public static final class Unauthorized extends UpstreamException {
        public Unauthorized(String message) {
            super(401, message, null);
        }
    }

    /** The registry knows who asks and says no. */
    public static final class Denied extends UpstreamException {
        public Denied(String message) {
            super(403, message, null);
        }
    }

    /** 429. What the cluster has may be served on {@code /v2/} meanwhile. */
    public static final class RateLimited extends UpstreamException {
        private final Duration retryAfter;

        public RateLimited(String message, Optional<Duration> retryAfter) {
            super(429, message, null);
            this.retryAfter = retryAfter.orElse(null);
        }

        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }

    /** No answer: refused, unknown host, cut, too slow. What the cluster has may be served on {@code /v2/} meanwhile. */
    public static final class Unreachable extends UpstreamException {
        public Unreachable(String message, Throwable cause) {
            super(500, message, cause);
        }
    }

    /** A 5xx or another status that says nothing else. What the cluster has may be served on {@code /v2/} meanwhile. */
    public static final class Failed extends UpstreamException {
        public Failed(String message) {
            super(500, message, null);
        }
    }

    /** The answer is not what it should be: another digest or size, too large, of an unknown type, contradicting itself. */
    public static final class Invalid extends UpstreamException {
        public Invalid(String message) {
            super(500, message, null);
        }

        public Invalid(String message, Throwable cause) {
            super(500, message, cause);
        }
    }

    /** A name, realm or redirect leads where this service does not go (see {@code AddressRules}). */
    public static final class Refused extends UpstreamException {
        public Refused(String message) {
            super(403, message, null);
        }
    }
}
