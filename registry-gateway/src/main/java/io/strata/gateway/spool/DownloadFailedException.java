package io.strata.gateway.spool;

import java.io.IOException;

/** A download that ended before its blob was found right and stored. The cause says why, when it was not this service. */
public final class DownloadFailedException extends IOException {
    public DownloadFailedException(String message) {
        super(message);
    }

    public DownloadFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
