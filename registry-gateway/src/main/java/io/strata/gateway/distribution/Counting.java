package io.strata.gateway.distribution;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that were read through it. */
final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int got = in.read();
        if (got >= 0) {
            count++;
        }
        return got;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = in.read(buffer, offset, length);
        if (got > 0) {
            count += got;
        }
        return got;
    }

    long count() {
        return count;
    }
}
