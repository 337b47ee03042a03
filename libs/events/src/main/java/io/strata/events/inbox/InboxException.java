package io.strata.events.inbox;

/** The inbox could not be read or written; the event is heard again. */
public final class InboxException extends RuntimeException {
    InboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
