package io.strata.runtime.volumes;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.util.List;

/** A volume that containers still use; 409 in the Engine API, with Docker's words. */
public final class VolumeInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    public VolumeInUseException(String name, List<String> containerIds) {
        super("remove " + name + ": volume is in use - " + containerIds);
    }

    /** The same refusal as the Engine API's routes throw it. */
    public EngineException refusal() {
        return new EngineException.Conflict(getMessage());
    }
}
