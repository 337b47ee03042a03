package io.strata.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.blobs.Expected;
import io.strata.blobs.InMemoryBlobs;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import io.strata.runtime.routing.EngineJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls against a registry-gateway that the test plays. */
final class NodePullTest {
    private static final Digest MANIFEST = Digest.sha256("manifest".getBytes(StandardCharsets.UTF_8));
    private static final Digest IMAGE = Digest.sha256("config".getBytes(StandardCharsets.UTF_8));

    private final byte[] base = content(1, 200_000);
    private final byte[] top = content(2, 50_000);
    private final InMemoryBlobs store = new InMemoryBlobs();
    private final FakeLayers layers = new FakeLayers();
    private FakeGateway gateway;
    private RegistryGatewayClient client;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        client = gateway.client();
        gateway.on(
                "POST /pulls/p1/complete",
                FakeGateway.json(
                        200,
                        "{\"reference\":\"docker.io/library/redis:latest\",\"manifest\":\"" + MANIFEST
                                + "\",\"imageId\":\"" + IMAGE + "\",\"newer\":true}"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static byte[] content(int seed, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }

    private static Digest diffIdOf(byte[] blob) {
        return Digest.sha256(("diff" + Digest.sha256(blob)).getBytes(StandardCharsets.UTF_8));
    }

    private static String layer(byte[] blob, boolean stored) {
        return "{\"digest\":\"" + Digest.sha256(blob) + "\",\"diffId\":\"" + diffIdOf(blob) + "\",\"mediaType\":\""
                + MediaTypes.OCI_LAYER_GZIP + "\",\"size\":" + blob.length + ",\"stored\":" + stored + "}";
    }

    private static String resolved(boolean upToDate, String... layers) {
        return "{\"type\":\"resolved\",\"id\":\"p1\",\"reference\":\"docker.io/library/redis:latest\",\"manifest\":\""
                + MANIFEST + "\",\"imageId\":\"" + IMAGE + "\",\"upToDate\":" + upToDate + ",\"layers\":["
                + String.join(",", layers) + "],\"more\":1}";
    }

    private void store(byte[] blob) throws IOException {
        store.write(Expected.anything("test", MediaTypes.OCI_LAYER_GZIP), new ByteArrayInputStream(blob));
    }

    private static String stored(byte[] blob) {
        return "{\"type\":\"stored\",\"digest\":\"" + Digest.sha256(blob) + "\"}";
    }

    private static String progress(byte[] blob, long current) {
        return "{\"type\":\"progress\",\"digest\":\"" + Digest.sha256(blob) + "\",\"current\":" + current
                + ",\"total\":" + blob.length + "}";
    }

    private NodePull begin() throws IOException {
        Pulls pulls = new Pulls(client, new LayerOrigin(client, store), layers, store, new Semaphore(4));
        return pulls.begin(PullRequest.of(
                "docker.io/library/redis", Optional.of("latest"), Optional.empty(), Optional.of("e30=")));
    }

    private List<String> pull() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (NodePull pull = begin()) {
            assertThat(pull.run(new PullProgress(out)).newer()).isTrue();
        }
        return lines(out);
    }

    private static List<String> lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<String> of(List<String> lines, byte[] blob) {
        String id = Digest.sha256(blob).shortHex();
        return lines.stream()
                .map(EngineJson::tree)
                .filter(line -> line.path("id").asText().equals(id))
                .map(line -> line.path("status").asText())
                .distinct()
                .toList();
    }

    @Test
    void layersAreReadFromTheGrowingSpoolWhileTheyCome() throws Exception {
        CountDownLatch spoolRead = new CountDownLatch(1);
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false), layer(top, true)));
            FakeGateway.line(out, progress(base, 1000));
            awaitLatch(spoolRead);
            store(base);
            FakeGateway.line(out, stored(base));
            FakeGateway.line(out, "{\"type\":\"fetched\"}");
        });
        gateway.on("GET /spool/" + Digest.sha256(base), exchange -> {
            exchange.sendResponseHeaders(200, base.length);
            exchange.getResponseBody().write(base, 0, 100_000);
            exchange.getResponseBody().flush();
            exchange.getResponseBody().write(base, 100_000, 100_000);
            spoolRead.countDown();
        });
        store(top);

        List<String> lines = pull();

        assertThat(of(lines, base))
                .containsSubsequence(
                        "Pulling fs layer", "Verifying Checksum", "Download complete", "Extracting", "Pull complete");
        assertThat(of(lines, base)).contains("Downloading");
        assertThat(of(lines, top)).startsWith("Pulling fs layer").endsWith("Extracting", "Pull complete");
        assertThat(store.layers(List.of(Digest.sha256(base), Digest.sha256(top))))
                .hasSize(2);
        assertThat(gateway.calls()).endsWith("POST /pulls/p1/complete");
        FakeGateway.Asked asked = gateway.asked().getFirst();
        assertThat(asked.body()).isEqualTo("{\"reference\":\"docker.io/library/redis:latest\",\"node\":\"node-1\"}");
        assertThat(asked.headers()).containsEntry("X-registry-auth", List.of("e30="));
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void whatTheNodeHasAlreadyExists() throws Exception {
        layers.put(diffIdOf(base), 5);
        store(base);
        store(top);
        gateway.on(
                "POST /pulls", lines(resolved(false, layer(base, true), layer(top, true)), "{\"type\":\"fetched\"}"));

        List<String> lines = pull();

        assertThat(of(lines, base)).containsExactly("Already exists");
        assertThat(of(lines, top)).endsWith("Pull complete");
    }

    private static FakeGateway.Answer lines(String... lines) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (String line : lines) {
                FakeGateway.line(exchange.getResponseBody(), line);
            }
        };
    }

    @Test
    void anImageThatIsUpToDateListsItsLayersOnlyWhenTheNodeLacksOne() throws Exception {
        layers.put(diffIdOf(base), 5);
        store(base);
        store(top);
        gateway.on("POST /pulls", lines(resolved(true, layer(base, true)), "{\"type\":\"fetched\"}"));
        assertThat(pull()).isEmpty();
        gateway.on("POST /pulls", lines(resolved(true, layer(base, true), layer(top, true)), "{\"type\":\"fetched\"}"));
        List<String> lines = pull();
        assertThat(of(lines, base)).containsExactly("Already exists");
        assertThat(of(lines, top)).contains("Pull complete");
    }

    @Test
    void aLayerWhoseTurnHasNotComeIsReadWhenItIsStored() throws Exception {
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false)));
            store(base);
            FakeGateway.line(out, stored(base));
            FakeGateway.line(out, "{\"type\":\"fetched\"}");
        });
        assertThat(of(pull(), base)).endsWith("Pull complete");
    }

    @Test
    void aSpoolThatBreaksIsGoneOnWithWhereTheRestIs() throws Exception {
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false)));
            store(base);
            FakeGateway.line(out, stored(base));
            FakeGateway.line(out, "{\"type\":\"fetched\"}");
        });
        gateway.on("GET /spool/" + Digest.sha256(base), exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.sendResponseHeaders(200, base.length);
            exchange.getResponseBody().write(base, 0, 70_000);
        });
        assertThat(of(pull(), base)).endsWith("Pull complete");
    }

    @Test
    void whatTheGatewayRefusesIsAnErrorBeforeTheFirstByte() {
        gateway.on(
                "POST /pulls",
                lines("{\"type\":\"error\",\"status\":404,\"message\":\"manifest for redis:latest not found\"}"));
        assertThatThrownBy(this::begin)
                .isInstanceOfSatisfying(
                        PullException.class, e -> assertThat(e.status()).isEqualTo(404))
                .hasMessage("manifest for redis:latest not found");
        gateway.on("POST /pulls", FakeGateway.json(400, "{\"title\":\"Bad Request\",\"detail\":\"no such platform\"}"));
        assertThatThrownBy(this::begin)
                .isInstanceOfSatisfying(
                        PullException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessage("no such platform");
    }

    @Test
    void aPullThatFailsUpstreamSaysWhyAndNamesNothing() throws Exception {
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false)));
            FakeGateway.line(out, "{\"type\":\"error\",\"status\":500,\"message\":\"wrong digest upstream\"}");
        });
        gateway.on("GET /spool/" + Digest.sha256(base), exchange -> {
            exchange.sendResponseHeaders(200, base.length);
            exchange.getResponseBody().write(base, 0, 10);
        });
        try (NodePull pull = begin()) {
            assertThatThrownBy(() -> pull.run(new PullProgress(new ByteArrayOutputStream())))
                    .isInstanceOf(PullException.class)
                    .hasMessage("wrong digest upstream");
        }
        assertThat(gateway.calls()).noneMatch(call -> call.contains("complete"));
    }

    @Test
    void aLayerThatCannotBeUsedEndsThePullAtOnce() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false)));
            try {
                while (true) {
                    FakeGateway.line(out, progress(base, 10));
                }
            } catch (IOException clientWent) {
                gone.countDown();
                throw clientWent;
            }
        });
        byte[] wrong = content(9, base.length);
        gateway.on("GET /spool/" + Digest.sha256(base), FakeGateway.bytes(200, wrong));
        try (NodePull pull = begin()) {
            assertThatThrownBy(() -> pull.run(new PullProgress(new ByteArrayOutputStream())))
                    .hasMessageContaining("is damaged");
        }
        gone.await();
        assertThat(gateway.calls()).noneMatch(call -> call.contains("complete"));
    }

    @Test
    void anInterruptEndsThePullAndTheGatewayHearsOfIt() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        gateway.on("POST /pulls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            FakeGateway.line(out, resolved(false, layer(base, false)));
            begun.countDown();
            try {
                while (true) {
                    FakeGateway.line(out, progress(base, 10));
                }
            } catch (IOException clientWent) {
                gone.countDown();
                throw clientWent;
            }
        });
        Thread puller = Thread.ofPlatform().start(() -> {
            try (NodePull pull = begin()) {
                pull.run(new PullProgress(new ByteArrayOutputStream()));
            } catch (IOException expected) {
                // What is to be seen is that the gateway hears of it.
            }
        });
        begun.await();
        puller.interrupt();
        gone.await();
        puller.join();
        assertThat(gateway.calls()).noneMatch(call -> call.contains("complete"));
    }

    @Test
    void progressLinesAreDockers() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PullProgress progress = new PullProgress(out);
        Digest digest = Digest.sha256(base);
        progress.message("latest", "Pulling from library/redis");
        progress.layer(digest, "Pulling fs layer");
        progress.layer(digest, "Downloading", 5, 10);
        progress.message("Digest: " + MANIFEST);
        progress.failed("no");
        String id = digest.shortHex();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"Pulling from library/redis\",\"id\":\"latest\"}\r\n"
                        + "{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"" + id + "\"}\r\n"
                        + "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":5,\"total\":10},\"id\":\"" + id
                        + "\"}\r\n"
                        + "{\"status\":\"Digest: " + MANIFEST + "\"}\r\n"
                        + "{\"errorDetail\":{\"message\":\"no\"},\"error\":\"no\"}\r\n");
        JsonNode line = EngineJson.tree(lines(out).get(1));
        assertThat(line.path("progressDetail").isObject()).isTrue();
    }
}
