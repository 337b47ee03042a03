package io.strata.gateway.pulls;

import java.io.IOException;

/** Whoever asked for a pull. Used by one thread at a time. */
interface PullSink {
    /** @throws CallerGoneException when nobody listens any more */
    void send(PullLine line) throws CallerGoneException;

    /** Nobody listens any more, which ends the pull. */
    final class CallerGoneException extends IOException {
        CallerGoneException(IOException cause) {
            super("the caller has gone", cause);
        }
    }
}
