package io.strata.layerfs;

import java.io.IOException;

/** A layer whose content is malformed, hostile, too large, or not what its digest says. The message names the entry. */
public final class LayerException extends IOException {
    private static final long serialVersionUID = 1L;

    public LayerException(String message) {
        super(message);
    }

    public LayerException(String message, Throwable cause) {
        super(message, cause);
    }
}
