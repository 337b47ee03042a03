package io.strata.events.outbox;

/** The outbox could not be written or read. */
public final class OutboxException extends RuntimeException {
    OutboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
