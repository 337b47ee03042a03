package io.strata.runtime.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks (RFC 9112, section 7.1). Extensions and trailers are read, bounded, and dropped. */
final class ChunkedBody extends InputStream {
    private static final int MAX_LINE = 4 << 10;
    private static final int MAX_TRAILERS = 32;

    private final ConnectionInput input;
    private RequestReader.ContinueSender sendContinue;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedBody(ConnectionInput input, RequestReader.ContinueSender sendContinue) {
        this.input = input;
        this.sendContinue = sendContinue;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        if (sendContinue != null) {
            sendContinue.send();
            sendContinue = null;
        }
        if (left == 0 && !nextChunk()) {
            ended = true;
            return -1;
        }
        int count = input.read(target, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw new EOFException("the client left within a chunk");
        }
        left -= count;
        return count;
    }

    private boolean nextChunk() throws IOException {
        if (!first && !line().isEmpty()) {
            throw MalformedRequestException.bad("a chunk is longer than its size");
        }
        first = false;
        String line = line();
        int semicolon = line.indexOf(';');
        String size = semicolon < 0 ? line : line.substring(0, semicolon).stripTrailing();
        if (size.isEmpty() || size.length() > 15 || !size.matches("[0-9a-fA-F]+")) {
            throw MalformedRequestException.bad("malformed chunk size");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        for (int i = 0; !line().isEmpty(); i++) {
            if (i == MAX_TRAILERS) {
                throw MalformedRequestException.bad("too many trailers");
            }
        }
        return false;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(16);
        while (true) {
            int b = input.read();
            if (b < 0) {
                throw new EOFException("the client left between chunks");
            }
            if (b == '\r') {
                if (input.read() != '\n') {
                    throw MalformedRequestException.bad("malformed chunk");
                }
                return line.toString();
            }
            if (b == '\n' || line.length() == MAX_LINE) {
                throw MalformedRequestException.bad("malformed chunk");
            }
            line.append((char) b);
        }
    }
}
