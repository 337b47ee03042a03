package io.strata.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A blob's bytes from {@code offset} on, as another registry sends them, unchecked. Silence longer than the stall time-out is an {@link IOException}.
 *
 * @param size of the whole blob as the registry says it
 */
public record UpstreamBlob(InputStream content, long offset, OptionalLong size) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        content.close();
    }
}
