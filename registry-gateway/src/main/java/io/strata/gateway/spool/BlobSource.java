package io.strata.gateway.spool;

import java.io.IOException;
import java.io.InputStream;

/** From where a blob is downloaded. */
public interface BlobSource {
    /**
     * The blob's bytes from exactly {@code offset} on.
     *
     * @throws IOException for what may pass: the download is taken up again; any other exception ends it
     */
    InputStream open(long offset) throws IOException;
}
