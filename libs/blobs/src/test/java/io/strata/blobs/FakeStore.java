package io.strata.blobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** layer-store and S3 in one small server, with objects as files, and with faults on demand. */
final class FakeStore implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Control calls that are answered with 503 before one works. */
    final AtomicInteger unavailable = new AtomicInteger();

    /** Reads that are cut in the middle before one works. */
    final AtomicInteger cutReads = new AtomicInteger();

    /** Uploads that S3 refuses. */
    final AtomicInteger refusedPuts = new AtomicInteger();

    final AtomicInteger puts = new AtomicInteger();

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Blob> blobs = new ConcurrentHashMap<>();
    private final Map<String, Boolean> ingests = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> layers = new ConcurrentHashMap<>();

    private record Blob(String key, long size, String mediaType) {}

    FakeStore(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/s3/", exchange -> handle(exchange, this::s3));
        server.createContext("/", exchange -> handle(exchange, this::control));
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int openIngests() {
        return ingests.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static void handle(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            handler.handle(exchange);
        }
    }

    private void s3(HttpExchange exchange) throws IOException {
        Path object = folder.resolve(exchange.getRequestURI().getPath().substring("/s3/".length()));
        if (exchange.getRequestMethod().equals("PUT")) {
            puts.incrementAndGet();
            try (InputStream body = exchange.getRequestBody()) {
                if (refusedPuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    body.transferTo(OutputStream.nullOutputStream());
                    answer(exchange, 403, "<Error><Code>AccessDenied</Code></Error>".getBytes());
                    return;
                }
                Files.copy(body, object, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            exchange.getResponseHeaders().set("ETag", "\"" + object.getFileName() + "\"");
            answer(exchange, 200, new byte[0]);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        long from = range == null ? 0 : Long.parseLong(range.substring("bytes=".length(), range.length() - 1));
        long length = Files.size(object) - from;
        exchange.sendResponseHeaders(range == null ? 200 : 206, length == 0 ? -1 : length);
        boolean cut = cutReads.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        try (InputStream content = Files.newInputStream(object)) {
            content.skipNBytes(from);
            if (cut) {
                exchange.getResponseBody().write(content.readNBytes((int) (length / 2)));
                exchange.getResponseBody().flush();
                throw new IOException("cut");
            }
            content.transferTo(exchange.getResponseBody());
        }
    }

    private void control(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            answer(exchange, 503, new byte[0]);
            return;
        }
        JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        String[] path = exchange.getRequestURI().getRawPath().split("/");
        String call = exchange.getRequestMethod() + " " + path[1] + (path.length > 3 ? " " + path[3] : "");
        switch (call) {
            case "GET blobs" -> locate(exchange, path[2]);
            case "POST blobs" -> lookup(exchange, json, "blobs");
            case "POST layers" -> lookup(exchange, json, "layers");
            case "POST ingests" -> open(exchange, json);
            case "GET ingests parts" -> part(exchange, path[2], path[4]);
            case "POST ingests complete" -> complete(exchange, path[2], json);
            case "DELETE ingests" -> {
                ingests.remove(path[2]);
                answer(exchange, 204, new byte[0]);
            }
            case "PUT references" -> references(exchange, json);
            case "DELETE references" -> answer(exchange, 204, new byte[0]);
            case "PUT layers" -> tell(exchange, path[2], json);
            default -> problem(exchange, 404, "no such call: " + call);
        }
    }

    private void locate(HttpExchange exchange, String digest) throws IOException {
        Blob blob = blobs.get(digest);
        if (blob == null) {
            problem(exchange, 404, "there is no blob " + digest);
            return;
        }
        ObjectNode answer = facts(digest, blob);
        answer.putObject("location").put("url", url(blob.key())).put("expires", "2030-01-01T00:00:00Z");
        answer(exchange, 200, answer);
    }

    private void lookup(HttpExchange exchange, JsonNode json, String what) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode found = answer.putArray(what);
        json.get("digests").forEach(digest -> {
            Blob blob = blobs.get(digest.asText());
            ObjectNode layer = layers.get(digest.asText());
            if (what.equals("blobs") && blob != null) {
                found.add(facts(digest.asText(), blob));
            } else if (what.equals("layers") && layer != null) {
                found.add(layer);
            }
        });
        answer(exchange, 200, answer);
    }

    private void open(HttpExchange exchange, JsonNode json) throws IOException {
        Blob present = blobs.get(json.path("digest").asText());
        ObjectNode answer = JSON.createObjectNode();
        if (present != null) {
            answer.set("present", facts(json.get("digest").asText(), present));
            answer(exchange, 200, answer);
            return;
        }
        String id = UUID.randomUUID().toString();
        boolean single = json.hasNonNull("size");
        ingests.put(id, single);
        answer.put("id", id).put("kind", single ? "single" : "parts");
        if (single) {
            answer.put("url", url(id));
        } else {
            answer.put("partSize", 8 << 20).putArray("urls").add(url(id + ".1")).add(url(id + ".2"));
        }
        answer(exchange, 201, answer);
    }

    private void part(HttpExchange exchange, String id, String number) throws IOException {
        if (!ingests.containsKey(id)) {
            problem(exchange, 404, "there is no ingest " + id);
            return;
        }
        answer(exchange, 200, JSON.createObjectNode().put("url", url(id + "." + number)));
    }

    private void complete(HttpExchange exchange, String id, JsonNode json) throws IOException {
        String digest = json.get("digest").asText();
        Boolean single = ingests.get(id);
        if (single == null) {
            Blob before = blobs.get(digest);
            if (before == null) {
                problem(exchange, 404, "there is no ingest " + id);
            } else {
                answer(exchange, 200, facts(digest, before));
            }
            return;
        }
        if (!single) {
            try (OutputStream whole = Files.newOutputStream(folder.resolve(id))) {
                for (JsonNode part : json.get("parts")) {
                    Files.copy(folder.resolve(id + "." + part.get("number").asText()), whole);
                }
            }
        }
        ingests.remove(id);
        long size = Files.size(folder.resolve(id));
        if (size != json.get("size").asLong()) {
            problem(exchange, 409, "the store has " + size + " bytes");
            return;
        }
        blobs.putIfAbsent(digest, new Blob(id, size, json.path("mediaType").asText()));
        answer(exchange, 200, facts(digest, blobs.get(digest)));
    }

    private void references(HttpExchange exchange, JsonNode json) throws IOException {
        ObjectNode problem = JSON.createObjectNode().put("detail", "blobs are not here");
        ArrayNode missing = problem.putArray("missing");
        json.get("digests").forEach(digest -> {
            if (!blobs.containsKey(digest.asText())) {
                missing.add(digest.asText());
            }
        });
        if (missing.isEmpty()) {
            answer(exchange, 204, new byte[0]);
        } else {
            answer(exchange, 409, problem);
        }
    }

    private void tell(HttpExchange exchange, String diffId, JsonNode json) throws IOException {
        String digest = json.get("digest").asText();
        Blob blob = blobs.get(digest);
        if (blob == null) {
            problem(exchange, 404, "there is no blob " + digest);
            return;
        }
        ObjectNode layer = (ObjectNode) json;
        layers.put(digest, layer.put("diffId", diffId).put("size", blob.size()));
        answer(exchange, 204, new byte[0]);
    }

    /** Changes the bytes under a digest, as a broken disk does. */
    void corrupt(Digest digest) {
        Path object = folder.resolve(blobs.get(digest.toString()).key());
        try {
            byte[] bytes = Files.readAllBytes(object);
            bytes[bytes.length / 2] ^= 1;
            Files.write(object, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(String key) {
        return address() + "/s3/" + key + "?X-Amz-Signature=secret";
    }

    private static ObjectNode facts(String digest, Blob blob) {
        return JSON.createObjectNode()
                .put("digest", digest)
                .put("size", blob.size())
                .put("mediaType", blob.mediaType());
    }

    private static void problem(HttpExchange exchange, int status, String detail) throws IOException {
        answer(exchange, status, JSON.createObjectNode().put("detail", detail));
    }

    private static void answer(HttpExchange exchange, int status, JsonNode json) throws IOException {
        answer(exchange, status, JSON.writeValueAsBytes(json));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
