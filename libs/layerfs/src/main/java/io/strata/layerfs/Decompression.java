package io.strata.layerfs;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.strata.oci.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** The uncompressed bytes of a layer's blob. */
public final class Decompression {
    private static final int BUFFER = 1 << 16;

    private Decompression() {}

    /**
     * A stream of what {@code blob} holds. Damage is an IOException of the read that finds it; a blob that ends too early
     * is one, too. Closing closes {@code blob}.
     *
     * @throws IOException when the blob does not begin as {@code compression} says
     */
    public static InputStream open(Compression compression, InputStream blob) throws IOException {
        return switch (compression) {
            case NONE -> blob;
            case GZIP -> new GZIPInputStream(blob, BUFFER);
            case ZSTD -> new ZstdInputStreamNoFinalizer(blob);
        };
    }
}
