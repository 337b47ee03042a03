package io.strata.runtime.images;

import java.io.IOException;

/** The bytes of a layer did not come. */
final class OriginException extends IOException {
    private static final long serialVersionUID = 1L;

    OriginException(String message, Throwable cause) {
        super(message, cause);
    }
}
