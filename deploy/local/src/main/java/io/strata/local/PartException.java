package io.strata.local;

/** A part could not start or was lost. The message is the one line that the user sees. */
final class PartException extends RuntimeException {
    PartException(String message) {
        super(message);
    }

    PartException(String message, Throwable cause) {
        super(message, cause);
    }
}
