package io.strata.runtime.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.node.PeersConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Another service as the node sees it: answers by method and path are set by the test; what was asked is kept. */
public final class FakeGateway implements AutoCloseable {
    /** Answers one call. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** What was asked: {@code GET /path?query}, with the body. */
    public record Asked(String call, Map<String, List<String>> headers, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Answer> prefixes = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public FakeGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(), exchange.getRequestHeaders(), body));
            answerTo(exchange.getRequestMethod() + " "
                            + exchange.getRequestURI().getPath())
                    .to(exchange);
            exchange.close();
        });
        server.start();
    }

    private Answer answerTo(String call) {
        return Optional.ofNullable(answers.get(call))
                .or(() -> prefixes.entrySet().stream()
                        .filter(prefix -> call.startsWith(prefix.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .orElse(json(404, "{\"title\":\"no such thing\"}"));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void on(String methodAndPath, Answer answer) {
        answers.put(methodAndPath, answer);
    }

    /** For every address that begins so. */
    public void onAny(String methodAndPrefix, Answer answer) {
        prefixes.put(methodAndPrefix, answer);
    }

    public List<Asked> asked() {
        return asked;
    }

    public List<String> calls() {
        return asked.stream().map(Asked::call).toList();
    }

    public static Answer json(int status, String body) {
        return bytes(status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer bytes(int status, byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        };
    }

    /** Lines as they come. */
    public static void line(OutputStream out, String json) throws IOException {
        out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** The node's client of this gateway. */
    public RegistryGatewayClient client() {
        return new RegistryGatewayClient(new Peers(uri()), new Node());
    }

    private record Peers(URI registryGateway) implements PeersConfig {
        @Override
        public URI layerStore() {
            return registryGateway;
        }

        @Override
        public URI commitService() {
            return registryGateway;
        }
    }

    private record Node() implements NodeConfig {
        @Override
        public String name() {
            return "node-1";
        }

        @Override
        public Path home() {
            return Path.of("target");
        }

        @Override
        public int maxConnections() {
            return 1;
        }

        @Override
        public Duration stopTimeout() {
            return Duration.ZERO;
        }

        @Override
        public Duration heartbeat() {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
