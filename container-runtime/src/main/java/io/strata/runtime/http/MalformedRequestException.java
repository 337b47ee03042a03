package io.strata.runtime.http;

import java.io.IOException;

/** A request that is not HTTP/1.1 as this server takes it. It is answered, and the connection ends. */
public final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    MalformedRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    static MalformedRequestException bad(String message) {
        return new MalformedRequestException(400, message);
    }

    public int status() {
        return status;
    }
}
