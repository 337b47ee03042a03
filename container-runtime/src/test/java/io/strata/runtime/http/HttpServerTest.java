package io.strata.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
    @TempDir
    Path folder;

    private HttpServer server(Handler handler) throws IOException {
        return HttpServer.start(folder.resolve("s"), handler, 16);
    }

    private SocketChannel client() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
        return channel;
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String readUntil(SocketChannel channel, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (text.indexOf(end) < 0 && channel.read(buffer.clear()) >= 0) {
            text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        }
        return text.toString();
    }

    @Test
    void aWatchedAnswerIsFollowedByTheNextRequestAndByNoOther() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (HttpServer _ = server(exchange -> {
                    int number = handled.incrementAndGet();
                    exchange.whenGone(() -> {});
                    try (OutputStream answer = exchange.stream(200, Headers.of())) {
                        answer.write(("answer " + number + " to "
                                        + exchange.request().path())
                                .getBytes(StandardCharsets.UTF_8));
                    }
                });
                SocketChannel client = client()) {
            send(client, "POST /first HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n");
            assertThat(readUntil(client, "0\r\n\r\n")).contains("answer 1 to /first");
            send(client, "GET /second HTTP/1.1\r\nHost: d\r\n\r\n");
            assertThat(readUntil(client, "0\r\n\r\n")).contains("answer 2 to /second");
            assertThat(handled).hasValue(2);
        }
    }

    @Test
    void aClientThatGoesIsHeardOfWhileTheAnswerIsMade() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch watched = new CountDownLatch(1);
        try (HttpServer _ = server(exchange -> {
            exchange.whenGone(gone::countDown);
            watched.countDown();
            gone.await(10, TimeUnit.SECONDS);
        })) {
            try (SocketChannel client = client()) {
                send(client, "GET /wait HTTP/1.1\r\nHost: d\r\n\r\n");
                assertThat(watched.await(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aTakenOverConnectionEndsEachSideOnItsOwn() throws Exception {
        try (HttpServer _ = server(exchange -> {
                    Hijacked both = exchange.hijack("application/vnd.docker.raw-stream");
                    byte[] all = both.input().readAllBytes();
                    both.output()
                            .write(("got " + new String(all, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
                    both.close();
                });
                SocketChannel client = client()) {
            send(client, "POST /attach HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nx");
            assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            client.shutdownOutput();
            assertThat(readUntil(client, "got x")).isEqualTo("got x");
        }
    }
}
