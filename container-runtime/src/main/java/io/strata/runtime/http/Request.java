package io.strata.runtime.http;

import java.io.InputStream;

/**
 * One request.
 *
 * @param path  as sent, still percent encoded, from the first slash
 * @param query as sent, without the question mark; empty when there is none
 * @param http10 the client speaks HTTP/1.0: no chunks, and the connection ends with the answer
 * @param body  bounded by Content-Length or chunks; empty when the request has none
 */
public record Request(String method, String path, String query, boolean http10, Headers headers, InputStream body) {
    /** Whether the client asks to take over the connection, as {@code docker attach} and {@code exec} do. */
    public boolean wantsUpgrade() {
        return headers.has("Connection", "upgrade") && headers.first("Upgrade").isPresent();
    }

    boolean wantsClose() {
        return http10 || headers.has("Connection", "close");
    }
}
