package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Digests and counts what is read through it. */
final class Digesting extends FilterInputStream {
    private final String algorithm;
    private final MessageDigest running;
    private long count;

    Digesting(InputStream in, String algorithm) {
        super(in);
        this.algorithm = algorithm;
        this.running = Digest.messageDigest(algorithm);
    }

    @Override
    public int read() throws IOException {
        int got = in.read();
        if (got >= 0) {
            running.update((byte) got);
            count++;
        }
        return got;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = in.read(buffer, offset, length);
        if (got > 0) {
            running.update(buffer, offset, got);
            count += got;
        }
        return got;
    }

    @Override
    public long skip(long bytes) {
        throw new UnsupportedOperationException("every byte is digested");
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    long count() {
        return count;
    }

    /** Ends the digest. */
    Digest digest() {
        return Digest.finish(algorithm, running);
    }
}
