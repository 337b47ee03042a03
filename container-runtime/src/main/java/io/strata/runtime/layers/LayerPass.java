package io.strata.runtime.layers;

import io.strata.layerfs.Decompression;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.LayerStream;
import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * The one pass over a layer's blob: received and digested, decompressed, digested again (the diffID), and written by who
 * reads {@link #tar}, each on a thread of its own ({@link LayerStream}).
 */
final class LayerPass implements AutoCloseable {
    private final NodeLayer layer;
    private final Received blob;
    private final InputStream buffered;
    private final LayerStream tar;

    private LayerPass(NodeLayer layer, Received blob, InputStream buffered, LayerStream tar) {
        this.layer = layer;
        this.blob = blob;
        this.buffered = buffered;
        this.tar = tar;
    }

    /** @param content closed with this, also when this fails */
    static LayerPass open(NodeLayer layer, InputStream content, LayerLimits limits) throws IOException {
        Received blob = new Received(layer, content);
        try {
            if (!layer.diffId().algorithm().equals(Digest.SHA256)) {
                throw new LayerException(
                        "layer " + layer.digest() + " has the diffID " + layer.diffId() + ": only sha256 is supported");
            }
            // Reads that are larger than its buffer go through it untouched.
            BufferedInputStream buffered = new BufferedInputStream(blob, 4096);
            Compression compression = compression(buffered);
            return new LayerPass(layer, blob, buffered, LayerStream.open(compression, buffered, limits));
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    /** The bytes decide: media types of old images are wrong often enough, and dockerd looks at the bytes too. */
    private static Compression compression(InputStream blob) throws IOException {
        blob.mark(4);
        byte[] head = blob.readNBytes(4);
        blob.reset();
        return Decompression.detect(head);
    }

    LayerStream tar() {
        return tar;
    }

    /**
     * Reads what is left behind the archive's end, and compares.
     *
     * @throws LayerException when size, digest or diffID are not the layer's
     */
    void verify() throws IOException {
        Digest diffId = tar.finish();
        // The thread that read the blob has ended; what follows the compressed stream counts for the blob's digest.
        buffered.transferTo(OutputStream.nullOutputStream());
        if (blob.count != layer.size()) {
            throw new LayerException(
                    "layer " + layer.digest() + " has " + blob.count + " bytes, its manifest says " + layer.size());
        }
        Digest digest = Digest.finish(layer.digest().algorithm(), blob.running);
        if (!digest.equals(layer.digest())) {
            throw new LayerException("layer " + layer.digest() + " is damaged: its bytes have the digest " + digest);
        }
        if (!diffId.equals(layer.diffId())) {
            throw new LayerException("layer " + layer.digest() + " is not what its image says: its diffID is " + diffId
                    + ", not " + layer.diffId());
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** Counts and digests the blob, and stops one that is longer than it should be. */
    private static final class Received extends FilterInputStream {
        private final NodeLayer layer;
        private final MessageDigest running;
        private long count;

        Received(NodeLayer layer, InputStream content) {
            super(content);
            this.layer = layer;
            this.running = layer.digest().newMessageDigest();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                count += read;
                if (count > layer.size()) {
                    throw new LayerException("layer " + layer.digest() + " has more than the " + layer.size()
                            + " bytes that its manifest says");
                }
                running.update(bytes, offset, read);
            }
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            return readNBytes((int) Math.min(n, 4096)).length;
        }
    }
}
