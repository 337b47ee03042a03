package io.strata.layerfs;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.strata.layerfs.inflate.Gzip;
import io.strata.oci.Compression;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.ZipException;

/** The uncompressed bytes of a layer's blob. */
public final class Decompression {
    private Decompression() {}

    /**
     * A stream of what {@code blob} holds, read as it is asked for. Closing closes {@code blob}. Damage, an end that comes
     * too early and bytes after the end are a {@link LayerException} of the read that meets them; errors of {@code blob}
     * itself come through as they are.
     */
    public static InputStream open(Compression compression, InputStream blob) throws IOException {
        return switch (compression) {
            case NONE -> blob;
            case GZIP -> new Translated(Gzip.open(blob));
            case ZSTD -> new Translated(new ZstdInputStreamNoFinalizer(blob));
        };
    }

    /** As {@link #open}, the compression told by the first bytes: what is neither gzip nor zstd is taken as plain. */
    public static InputStream openDetected(InputStream blob) throws IOException {
        PushbackInputStream again = new PushbackInputStream(blob, 4);
        byte[] magic = again.readNBytes(4);
        again.unread(magic);
        return open(detect(magic), again);
    }

    /** @param start the first four bytes, or fewer if there are no more */
    public static Compression detect(byte[] start) {
        if (start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
            return Compression.GZIP;
        }
        boolean zstd = start.length >= 4
                && start[0] == 0x28
                && start[1] == (byte) 0xB5
                && start[2] == 0x2F
                && start[3] == (byte) 0xFD;
        return zstd ? Compression.ZSTD : Compression.NONE;
    }

    private static final class Translated extends FilterInputStream {
        Translated(InputStream unpacked) {
            super(unpacked);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (ZipException damaged) {
                throw new LayerException(damaged.getMessage(), damaged);
            } catch (ZstdIOException damaged) {
                throw new LayerException("the zstd stream is damaged: " + damaged.getMessage(), damaged);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }
}
