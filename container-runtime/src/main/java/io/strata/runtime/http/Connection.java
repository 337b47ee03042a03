package io.strata.runtime.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One client: its requests, one after the other, on one virtual thread, without any time-out. */
final class Connection implements Runnable {
    private static final Logger LOG = Logger.getLogger(Connection.class);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final Handler handler;
    private final ConnectionInput input;

    Connection(SocketChannel channel, Handler handler) {
        this.channel = channel;
        this.handler = handler;
        this.input = new ConnectionInput(channel);
    }

    @Override
    public void run() {
        try (channel) {
            RequestReader reader = new RequestReader(input);
            boolean goesOn = true;
            while (goesOn) {
                goesOn = serveOne(reader);
            }
        } catch (IOException e) {
            LOG.debugf("connection ended: %s", e.getMessage());
        }
    }

    private boolean serveOne(RequestReader reader) throws IOException {
        Optional<Request> request;
        try {
            request = reader.read(() -> writeFully(CONTINUE));
        } catch (MalformedRequestException e) {
            refuse(e.status(), e.getMessage());
            return false;
        }
        if (request.isEmpty()) {
            return false;
        }
        Exchange exchange = new Exchange(request.get(), input, channel);
        try {
            handler.handle(exchange);
        } catch (MalformedRequestException e) {
            if (!exchange.begun()) {
                exchange.respond(e.status(), json(), message(e.getMessage()));
            }
            return false;
        } catch (IOException e) {
            LOG.debugf("%s %s ended: %s", request.get().method(), request.get().path(), e.getMessage());
            return false;
        } catch (Exception e) {
            LOG.errorf(e, "%s %s failed", request.get().method(), request.get().path());
            if (!exchange.begun()) {
                exchange.respond(500, json(), message("internal error; the service's log has the cause"));
            }
            return false;
        }
        boolean goesOn = exchange.finish();
        if (!goesOn && exchange.ended()) {
            lingerAndClose();
        }
        return goesOn;
    }

    private void refuse(int status, String why) throws IOException {
        byte[] body = message(why);
        String head = "HTTP/1.1 " + status + " " + Reasons.of(status)
                + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        writeFully(head.getBytes(StandardCharsets.US_ASCII));
        writeFully(body);
        lingerAndClose();
    }

    /** A client that is still sending gets our answer rather than a reset: some of what it sends is read away. */
    private void lingerAndClose() throws IOException {
        channel.shutdownOutput();
        byte[] sink = new byte[8 << 10];
        for (int left = 8 << 20; left > 0; ) {
            int count = input.read(sink, 0, sink.length);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private static Headers json() {
        return Headers.of("Content-Type", "application/json");
    }

    private static byte[] message(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
        return ("{\"message\":\"" + escaped + "\"}\n").getBytes(StandardCharsets.UTF_8);
    }

    private void writeFully(byte[] bytes) throws IOException {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
