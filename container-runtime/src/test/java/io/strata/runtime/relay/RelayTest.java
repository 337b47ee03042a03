package io.strata.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.runtime.http.HttpServer;
import io.strata.runtime.images.FakeGateway;
import io.strata.runtime.relay.Relay.Parameter;
import io.strata.runtime.routing.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's endpoint in front of a service that the test plays. */
final class RelayTest {
    @TempDir
    Path folder;

    private FakeGateway service;
    private HttpServer engine;

    @BeforeEach
    void start() throws IOException {
        service = new FakeGateway();
        URI uri = service.uri();
        Relay relay = new Relay();
        Router router = new Router();
        router.get("/images/{name...}/json", call -> relay.pass(call, uri, "registry-gateway"));
        router.post("/commit", call -> relay.pass(call, uri, "commit-service", new Parameter("parent", "sha256:1&2")));
        engine = HttpServer.start(folder.resolve("e.sock"), router, 10);
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
        service.close();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(folder.resolve("e.sock")));
        return channel;
    }

    private static void send(SocketChannel channel, String request) throws IOException {
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
    }

    private String call(String head, String body) throws IOException {
        try (SocketChannel channel = connect()) {
            send(
                    channel,
                    head + "\r\nHost: docker\r\nConnection: close\r\n"
                            + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void statusAndBodyAreTheServices() throws Exception {
        service.on("GET /images/a/b/json", FakeGateway.json(404, "{\"message\":\"No such image: a/b:latest\"}"));
        String answer = call("GET /v1.41/images/a%2Fb/json?x=%20y HTTP/1.1\r\nX-Registry-Auth: e30=", "");
        assertThat(answer)
                .startsWith("HTTP/1.1 404 ")
                .contains("Api-Version: 1.50")
                .endsWith("a/b:latest\"}");
        FakeGateway.Asked asked = service.asked().getFirst();
        assertThat(asked.call()).isEqualTo("GET /images/a%2Fb/json?x=%20y");
        assertThat(asked.headers())
                .containsEntry("X-strata-api-version", List.of("1.41"))
                .containsEntry("X-registry-auth", List.of("e30="));
    }

    @Test
    void bodiesAndMoreParametersArePassedOn() throws Exception {
        service.on("POST /commit", FakeGateway.json(201, "{\"Id\":\"sha256:x\"}"));
        assertThat(call("POST /commit?container=c HTTP/1.1\r\nContent-Type: application/json", "{\"Cmd\":[\"x\"]}"))
                .startsWith("HTTP/1.1 201 ");
        assertThat(service.asked().getFirst().call()).isEqualTo("POST /commit?container=c&parent=sha256%3A1%262");
        assertThat(service.asked().getFirst().body()).isEqualTo("{\"Cmd\":[\"x\"]}");
    }

    @Test
    void whatComesInPiecesIsHandedOnInPieces() throws Exception {
        CountDownLatch firstRead = new CountDownLatch(1);
        service.on("GET /images/x/json", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            FakeGateway.line(exchange.getResponseBody(), "one");
            try {
                firstRead.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            FakeGateway.line(exchange.getResponseBody(), "two");
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET /images/x/json HTTP/1.1\r\nHost: d\r\n\r\n");
            assertThat(readUntil(channel, "one\n")).doesNotContain("two");
            firstRead.countDown();
            assertThat(readUntil(channel, "0\r\n\r\n")).contains("two\n");
        }
    }

    private static String readUntil(SocketChannel channel, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (text.indexOf(end) < 0 && channel.read(buffer) >= 0) {
            text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
            buffer.clear();
        }
        return text.toString();
    }

    @Test
    void anAnswerThatBreaksOffIsNotPassedOffAsWhole() throws Exception {
        service.on("GET /images/x/json", exchange -> {
            exchange.sendResponseHeaders(200, 1_000_000);
            exchange.getResponseBody().write(new byte[1000]);
            exchange.getResponseBody().flush();
        });
        assertThat(call("GET /images/x/json HTTP/1.1", ""))
                .startsWith("HTTP/1.1 200 ")
                .doesNotEndWith("0\r\n\r\n");
    }

    @Test
    void theServiceHearsWhenTheClientGoes() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        service.on("GET /images/x/json", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            begun.countDown();
            try {
                while (true) {
                    FakeGateway.line(exchange.getResponseBody(), "still there?");
                }
            } catch (IOException closed) {
                gone.countDown();
                throw closed;
            }
        });
        try (SocketChannel channel = connect()) {
            send(channel, "GET /images/x/json HTTP/1.1\r\nHost: d\r\n\r\n");
            begun.await();
        }
        gone.await();
    }

    @Test
    void aServiceThatIsAwayIsSaidSo() throws Exception {
        URI uri = service.uri();
        service.close();
        assertThat(call("GET /images/x/json HTTP/1.1", ""))
                .startsWith("HTTP/1.1 503 ")
                .contains("{\"message\":\"registry-gateway at " + uri + " does not answer");
    }
}
