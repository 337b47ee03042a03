package io.strata.runtime.images;

import java.io.IOException;

/** A pull that the registry-gateway refused, or gave up; {@link #status} is the Engine API's. */
final class PullException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    PullException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
