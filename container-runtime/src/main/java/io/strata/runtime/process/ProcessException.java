package io.strata.runtime.process;

import java.io.IOException;

/** The runtime refused; the message is its own, as the docker CLI takes exit codes 126 and 127 from that text. */
public final class ProcessException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProcessException(String message) {
        super(message);
    }

    public ProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
