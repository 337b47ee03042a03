package io.strata.runtime.layers;

import io.strata.layerfs.LayerStream;
import io.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How a layer lies on disk and becomes a lower directory. A form fills a folder that is not visible yet and never thinks of
 * sharing, checking or cleaning: {@link LayerCache} does. To come: one that asks for the bytes when they are read.
 */
interface LayerForm {
    /** @param unpackedSize sum of the files' sizes; {@code files} the tar's entries; {@code onDisk} bytes the folder takes */
    record Written(long unpackedSize, long files, long onDisk) {}

    String kind();

    /**
     * Reads {@code tar} to the end of the archive and fills {@code folder}, which is empty; the caller checks what it read
     * and closes it.
     */
    Written write(LayerStream tar, Path folder) throws IOException;

    /** Ends the folder before it becomes visible, now that the tar is known to be the right one. */
    void seal(Path folder, Digest diffId) throws IOException;

    /** The lower directory in a folder that {@link #write} filled; mounted, if the form mounts, unless it is already. */
    Path open(Path folder) throws IOException;

    /** Undoes {@link #open}; what is not mounted is no error. */
    void close(Path folder) throws IOException;
}
