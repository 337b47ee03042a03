package io.strata.runtime.volumes;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;

/** A {@code -v} or {@code --mount} that cannot be; 400 in the Engine API, with Docker's words. */
public final class MountException extends IOException {
    private static final long serialVersionUID = 1L;

    public MountException(String message) {
        super(message);
    }

    public MountException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same refusal as the Engine API's routes throw it. */
    public EngineException refusal() {
        return new EngineException.InvalidInput(getMessage());
    }
}
