package io.strata.gateway.upstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** A registry on a free loopback port that serves what it is given, and misbehaves where it is told to. Writes are not taken. */
public final class FaultyRegistry implements AutoCloseable {
    /** Answers an exchange in another way. */
    public interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** What was asked; {@code authorization} and {@code range} are empty when the header was missing. */
    public record Asked(String method, String path, String authorization, String range) {}

    private record Rule(Pattern methodAndPath, Fault fault) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ManifestBytes> manifests = new ConcurrentHashMap<>();
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public FaultyRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@code 127.0.0.1:port}: the domain of its images' names. */
    public String domain() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public FaultyRegistry add(String repository, String tag, ManifestBytes manifest) {
        manifests.put(repository + "/manifests/" + tag, manifest);
        manifests.put(repository + "/manifests/" + manifest.digest(), manifest);
        return this;
    }

    public FaultyRegistry add(byte[] blob) {
        blobs.put(Digest.sha256(blob), blob);
        return this;
    }

    /** From now on answers what matches {@code "METHOD path?query"} by {@code fault}; the latest rule wins. */
    public void on(String methodAndPath, Fault fault) {
        rules.addFirst(new Rule(Pattern.compile(methodAndPath), fault));
    }

    /** As before any {@link #on}. */
    public void behave() {
        rules.clear();
        asked.clear();
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public long asked(String methodAndPath) {
        Pattern wanted = Pattern.compile(methodAndPath);
        return asked.stream()
                .filter(a -> wanted.matcher(a.method() + " " + a.path()).find())
                .count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            asked.add(new Asked(
                    exchange.getRequestMethod(), path, header(exchange, "Authorization"), header(exchange, "Range")));
            Optional<Rule> rule = rules.stream()
                    .filter(r -> r.methodAndPath()
                            .matcher(exchange.getRequestMethod() + " " + path)
                            .find())
                    .findFirst();
            if (rule.isPresent()) {
                rule.get().fault().answer(exchange);
            } else {
                serve(exchange);
            }
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    /** What it would answer without faults. */
    public void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst("^/v2/", "");
        ManifestBytes manifest = manifests.get(path);
        if (manifest != null) {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", manifest.digest().toString());
            send(exchange, 200, manifest.mediaType(), manifest.content());
            return;
        }
        Optional<byte[]> blob =
                Digest.tryParse(path.replaceFirst("^.*/blobs/", "")).map(blobs::get);
        if (blob.isPresent()) {
            blob(exchange, blob.get());
        } else if (path.contains("/manifests/")) {
            error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
        } else if (path.contains("/blobs/")) {
            error(exchange, 404, "BLOB_UNKNOWN", "blob unknown to registry");
        } else {
            send(exchange, path.isEmpty() ? 200 : 404, "application/json", "{}".getBytes());
        }
    }

    private static void blob(HttpExchange exchange, byte[] blob) throws IOException {
        String range = header(exchange, "Range");
        if (range.isEmpty()) {
            send(exchange, 200, "application/octet-stream", blob);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("^bytes=|-$", ""));
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
        send(exchange, 206, "application/octet-stream", Arrays.copyOfRange(blob, from, blob.length));
    }

    public static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    public static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        send(
                exchange,
                status,
                "application/json",
                ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}").getBytes());
    }

    public static Fault status(int status, String code, String message) {
        return exchange -> error(exchange, status, code, message);
    }

    public static Fault challenge(String challenge) {
        return exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            error(exchange, 401, "UNAUTHORIZED", "authentication required");
        };
    }

    public static Fault redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(307, -1);
        };
    }

    /** Announces all of {@code body} and closes the connection after {@code sent} of its bytes. */
    public static Fault cut(byte[] body, int sent) {
        return exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            OutputStream out = exchange.getResponseBody();
            out.write(body, 0, sent);
            out.flush();
        };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
