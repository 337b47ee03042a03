package io.strata.runtime.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body of known length. A client that leaves before its end is an {@link EOFException}, never a short body. */
final class FixedBody extends InputStream {
    private final ConnectionInput input;
    private final long total;
    private long left;
    private RequestReader.ContinueSender sendContinue;

    FixedBody(ConnectionInput input, long length, RequestReader.ContinueSender sendContinue) {
        this.input = input;
        this.total = length;
        this.left = length;
        this.sendContinue = sendContinue;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        if (sendContinue != null) {
            sendContinue.send();
            sendContinue = null;
        }
        int count = input.read(target, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw new EOFException("the client left after " + (total - left) + " of " + total + " bytes");
        }
        left -= count;
        return count;
    }
}
