package io.strata.runtime.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request and its answer, which is given in exactly one of three ways: {@link #respond} (all at once), {@link #stream}
 * (as it comes), {@link #hijack} (the connection itself). An answer that was begun and not ended cuts the connection, so
 * that the client never takes a part for the whole.
 */
public final class Exchange {
    private enum Answer {
        NONE,
        BEGUN,
        ENDED,
        HIJACKED
    }

    private final Request request;
    private final ConnectionInput input;
    private final WritableByteChannel output;
    private final AtomicReference<Runnable> gone = new AtomicReference<>();
    private Answer answer = Answer.NONE;
    private boolean closeAfter;

    Exchange(Request request, ConnectionInput input, WritableByteChannel output) {
        this.request = request;
        this.input = input;
        this.output = output;
        this.closeAfter = request.wantsClose();
    }

    public Request request() {
        return request;
    }

    /** Whether the head of an answer is on its way: then an error can no longer be a status. */
    public boolean begun() {
        return answer != Answer.NONE;
    }

    /** The whole answer. A body is left out for HEAD and for the statuses that have none; its length is told. */
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        begin();
        boolean bodiless = status == 204 || status == 304 || status < 200;
        if (!bodiless) {
            headers.add("Content-Length", Integer.toString(body.length));
        }
        ByteBuffer head = head(status, headers);
        if (bodiless || request.method().equals("HEAD") || body.length == 0) {
            writeFully(head);
        } else {
            byte[] whole = new byte[head.remaining() + body.length];
            int headLength = head.remaining();
            head.get(whole, 0, headLength);
            System.arraycopy(body, 0, whole, headLength, body.length);
            writeFully(ByteBuffer.wrap(whole));
        }
        answer = Answer.ENDED;
    }

    /**
     * The head is sent at once (the docker CLI waits for that of {@code /wait} before it starts the container); each write
     * goes out as it is made. Closing the stream ends the answer.
     */
    public OutputStream stream(int status, Headers headers) throws IOException {
        begin();
        boolean chunked = !request.http10();
        if (chunked) {
            headers.add("Transfer-Encoding", "chunked");
        }
        writeFully(head(status, headers));
        if (request.method().equals("HEAD")) {
            answer = Answer.ENDED;
            return OutputStream.nullOutputStream();
        }
        return new AnswerStream(chunked);
    }

    /**
     * Hands the connection over: 101 when the client asked for an upgrade, else 200 as Docker answers older clients. The
     * client ending its side is the end of the input and no more; the answer ends with {@link Hijacked#close}.
     */
    public Hijacked hijack(String contentType) throws IOException {
        begin();
        answer = Answer.HIJACKED;
        closeAfter = true;
        String head = request.wantsUpgrade()
                ? "HTTP/1.1 101 UPGRADED\r\nContent-Type: " + contentType
                        + "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\n\r\n";
        writeFully(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
        return new Hijacked(input, output);
    }

    /**
     * Runs {@code action}, once, on another thread, if the client goes before the answer is complete. The request's body
     * must have been read.
     */
    public void whenGone(Runnable action) {
        if (gone.compareAndSet(null, action)) {
            input.watch(() -> {
                Runnable current = gone.getAndSet(null);
                if (current != null) {
                    current.run();
                }
            });
        }
    }

    /** The handler is done: nobody is told any more that the client went. @return whether the connection can go on */
    boolean finish() throws IOException {
        gone.set(null);
        if (answer != Answer.ENDED) {
            return false;
        }
        if (closeAfter) {
            return false;
        }
        return drained();
    }

    boolean hijacked() {
        return answer == Answer.HIJACKED;
    }

    boolean ended() {
        return answer == Answer.ENDED;
    }

    /** A body that nobody wanted is read away, if it is small; else the connection is given up. */
    private boolean drained() throws IOException {
        if (request.headers().has("Expect", "100-continue")) {
            return false;
        }
        try (InputStream body = request.body()) {
            return body.readNBytes(256 << 10).length < 256 << 10;
        }
    }

    private void begin() {
        if (answer != Answer.NONE) {
            throw new IllegalStateException("the request was answered already");
        }
        answer = Answer.BEGUN;
    }

    private ByteBuffer head(int status, Headers headers) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(Reasons.of(status))
                .append("\r\n");
        for (Headers.Field field : headers.fields()) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (closeAfter) {
            head.append("Connection: close\r\n");
        }
        head.append("\r\n");
        return ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            output.write(bytes);
        }
    }

    private final class AnswerStream extends OutputStream {
        private final boolean chunked;

        AnswerStream(boolean chunked) {
            this.chunked = chunked;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        /** Synchronized as the frames of stdout and stderr may come from two threads. */
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return;
            }
            if (answer != Answer.BEGUN) {
                throw new IOException("the answer has ended");
            }
            if (!chunked) {
                writeFully(ByteBuffer.wrap(bytes, offset, length));
                return;
            }
            byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] chunk = new byte[size.length + length + 2];
            System.arraycopy(size, 0, chunk, 0, size.length);
            System.arraycopy(bytes, offset, chunk, size.length, length);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            writeFully(ByteBuffer.wrap(chunk));
        }

        @Override
        public synchronized void close() throws IOException {
            if (answer != Answer.BEGUN) {
                return;
            }
            if (chunked) {
                writeFully(ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            }
            answer = Answer.ENDED;
        }
    }
}
