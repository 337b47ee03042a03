package io.strata.runtime.cluster;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Exchange;
import io.strata.runtime.http.Headers;
import io.strata.runtime.http.Hijacked;
import io.strata.runtime.http.Request;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * One request handed to another node's endpoint, and its answer back as it comes. Asked as HTTP/1.0, so that the answer is
 * not in chunks and ends with the connection; a body in chunks and an upgrade need 1.1.
 */
final class SocketRelay {
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "upgrade", "keep-alive", "expect", "transfer-encoding", "te", "trailer");
    private static final int BUFFER = 64 << 10;
    private static final int LONGEST_LINE = 16 << 10;

    private record Answer(int status, Headers headers, InputStream body) {}

    void pass(Exchange exchange, Path socket) throws IOException {
        try (SocketChannel channel = connect(socket)) {
            Request request = exchange.request();
            boolean upgrade = request.wantsUpgrade();
            boolean chunked = request.headers().first("Transfer-Encoding").isPresent();
            OutputStream out = Channels.newOutputStream(channel);
            out.write(head(request, upgrade || chunked, upgrade, chunked));
            send(request.body(), out, chunked);
            if (request.headers().first("Content-Length").isEmpty() && !chunked && !upgrade) {
                exchange.whenGone(() -> closeQuietly(channel));
            }
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            Answer answer = answer(in);
            if (answer.status() == 101) {
                carry(exchange, answer, channel, in, out);
            } else {
                answer(exchange, answer);
            }
        }
    }

    private static SocketChannel connect(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            throw new EngineException.Unavailable(
                    "the container's node at " + socket + " does not answer: " + e.getMessage(), e);
        }
    }

    private static byte[] head(Request request, boolean newer, boolean upgrade, boolean chunked) {
        StringBuilder head = new StringBuilder(512);
        head.append(request.method()).append(' ').append(request.path());
        if (!request.query().isEmpty()) {
            head.append('?').append(request.query());
        }
        head.append(newer ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
        for (Headers.Field field : request.headers().fields()) {
            if (!OF_THE_CONNECTION.contains(field.name().toLowerCase(Locale.ROOT))) {
                head.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        head.append(upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "Connection: close\r\n");
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void send(InputStream body, OutputStream out, boolean chunked) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            if (chunked && count > 0) {
                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, count);
            if (chunked && count > 0) {
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static Answer answer(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("the other node's answer is not HTTP");
        }
        Headers headers = new Headers();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0
                    && !OF_THE_CONNECTION.contains(line.substring(0, colon).toLowerCase(Locale.ROOT))) {
                headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new Answer(Integer.parseInt(status[1]), headers, in);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() > LONGEST_LINE) {
                throw new EOFException("the other node's answer was cut");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static void answer(Exchange exchange, Answer answer) throws IOException {
        Headers headers = new Headers();
        answer.headers().fields().stream()
                .filter(f -> !f.name().equalsIgnoreCase("Content-Length"))
                .forEach(f -> headers.add(f.name(), f.value()));
        long length =
                answer.headers().first("Content-Length").map(Long::parseLong).orElse(-1L);
        if (length >= 0 && length <= BUFFER || answer.status() == 204 || answer.status() == 304) {
            exchange.respond(answer.status(), headers, answer.body().readNBytes((int) Math.max(0, length)));
            return;
        }
        OutputStream out = exchange.stream(answer.status(), headers);
        copy(answer.body(), out);
        out.close();
    }

    /** Two directions, each of which ends on its own. */
    private static void carry(Exchange exchange, Answer answer, SocketChannel channel, InputStream in, OutputStream out)
            throws IOException {
        String type = answer.headers().first("Content-Type").orElse("application/vnd.docker.raw-stream");
        try (Hijacked client = exchange.hijack(type)) {
            Thread.ofVirtual().name("relay-stdin").start(() -> {
                try {
                    copy(client.input(), out);
                    channel.shutdownOutput();
                } catch (IOException ended) {
                    // One of the two is gone; the other direction finds out too.
                }
            });
            copy(in, client.output());
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
