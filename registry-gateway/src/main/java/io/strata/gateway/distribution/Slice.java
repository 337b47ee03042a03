package io.strata.gateway.distribution;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The next {@code length} bytes of a stream. When there are fewer it fails: the client must not take less for all. */
final class Slice extends FilterInputStream {
    private final boolean toTheEnd;
    private long left;

    /** @param toTheEnd whether the stream ends there: then it is read to its end, where it checks its digest */
    Slice(InputStream in, long length, boolean toTheEnd) {
        super(in);
        this.left = length;
        this.toTheEnd = toTheEnd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int got = in.read(buffer, offset, (int) Math.min(length, left));
        if (got < 0) {
            throw new EOFException(left + " bytes are missing");
        }
        left -= got;
        // Before the last bytes go out: a client that was sent all bytes of a wrong blob would have to notice itself.
        if (left == 0 && toTheEnd && in.read() >= 0) {
            throw new IOException("there are more bytes than there should be");
        }
        return got;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
