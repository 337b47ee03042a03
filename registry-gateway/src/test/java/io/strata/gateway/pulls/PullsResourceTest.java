package io.strata.gateway.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.store.TestImage;
import io.strata.gateway.upstream.FaultyRegistry;
import io.strata.local.LocalPartsResource;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.Index;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class PullsResourceTest {
    private static final String ANONYMOUS = "e30=";

    @Inject
    InMemoryBlobs store;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/")
    URI gateway;

    private final FaultyRegistry upstream = new FaultyRegistry();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        upstream.close();
        http.close();
    }

    /** An image of {@code layers} random layers that no other test has. */
    private TestImage image(String seed, int layers) {
        Random random = new Random(seed.hashCode());
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            byte[] content = new byte[200_000 + i];
            random.nextBytes(content);
            contents.add(content);
        }
        TestImage image = TestImage.of(seed, contents, "2026-01-02T03:04:05Z");
        upstream.add("a/" + seed, "1", image.manifest()).add(image.config());
        image.layers().forEach(upstream::add);
        return image;
    }

    private String name(String seed) {
        return upstream.domain() + "/a/" + seed + ":1";
    }

    private HttpResponse<InputStream> post(String path, String authorization, Object body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/json")
                        .header("X-Registry-Auth", authorization)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private List<JsonNode> pull(Map<String, String> request, String authorization) throws Exception {
        HttpResponse<InputStream> answer = post("/pulls", authorization, request);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("application/x-ndjson"));
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(json.readTree(line));
            }
        }
        return lines;
    }

    private List<JsonNode> pull(String reference) throws Exception {
        return pull(Map.of("reference", reference, "node", "node-1"), ANONYMOUS);
    }

    private JsonNode complete(JsonNode resolved, int status) throws Exception {
        HttpResponse<InputStream> answer =
                post("/pulls/" + resolved.path("id").asText() + "/complete", ANONYMOUS, Map.of());
        assertThat(answer.statusCode()).isEqualTo(status);
        return json.readTree(answer.body());
    }

    private int resolves(String reference) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(gateway.resolve("/resolve?reference=" + reference))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static List<String> types(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("type").asText()).toList();
    }

    private void fails(String reference, int status, String message) throws Exception {
        List<JsonNode> lines = pull(reference);
        JsonNode last = lines.getLast();
        assertThat(last.path("type").asText()).as("%s", lines).isEqualTo("error");
        assertThat(last.path("message").asText()).contains(message);
        assertThat(last.path("status").asInt()).isEqualTo(status);
        assertThat(types(lines)).doesNotContain("fetched");
        assertThat(resolves(reference)).as("no name appears").isEqualTo(404);
        if (lines.getFirst().path("type").asText().equals("resolved")) {
            complete(lines.getFirst(), 409);
            assertThat(resolves(reference)).isEqualTo(404);
        }
    }

    @Test
    void anImageIsFetchedAndNamedWhenTheNodeCompletesIt() throws Exception {
        TestImage image = image("whole", 3);
        List<JsonNode> lines = pull(name("whole"));
        JsonNode resolved = lines.getFirst();
        assertThat(resolved.path("type").asText()).isEqualTo("resolved");
        assertThat(resolved.path("reference").asText()).isEqualTo(name("whole"));
        assertThat(resolved.path("manifest").asText())
                .isEqualTo(image.manifest().digest().toString());
        assertThat(resolved.path("imageId").asText()).isEqualTo(image.id().toString());
        assertThat(resolved.path("upToDate").asBoolean()).isFalse();
        assertThat(resolved.path("layers")).hasSize(3).allSatisfy(layer -> assertThat(
                        layer.path("stored").asBoolean())
                .isFalse());
        for (byte[] layer : image.layers()) {
            String digest = Digest.sha256(layer).toString();
            List<JsonNode> own = lines.stream()
                    .filter(l -> l.path("digest").asText().equals(digest))
                    .toList();
            assertThat(types(own)).endsWith("progress", "stored");
            assertThat(own.get(own.size() - 2).path("current").asLong()).isEqualTo(layer.length);
            assertThat(own.get(own.size() - 2).path("total").asLong()).isEqualTo(layer.length);
            assertThat(store.open(Digest.sha256(layer), 0)).hasBinaryContent(layer);
        }
        assertThat(lines.getLast().path("type").asText()).isEqualTo("fetched");
        assertThat(resolves(name("whole"))).as("not before it is complete").isEqualTo(404);

        JsonNode first = complete(resolved, 200);
        assertThat(first.path("newer").asBoolean()).isTrue();
        assertThat(first.path("imageId").asText()).isEqualTo(image.id().toString());
        assertThat(complete(resolved, 200)).as("again").isEqualTo(first);
        assertThat(resolves(name("whole"))).isEqualTo(200);

        List<JsonNode> again = pull(name("whole"));
        assertThat(types(again)).containsExactly("resolved", "fetched");
        assertThat(again.getFirst().path("upToDate").asBoolean()).isTrue();
        assertThat(complete(again.getFirst(), 200).path("newer").asBoolean()).isFalse();
        assertThat(upstream.asked("GET .*/blobs/")).as("each blob once").isEqualTo(4);
        assertThat(upstream.asked("GET .*/manifests/"))
                .as("what is known by its digest is not asked for")
                .isEqualTo(1);
    }

    @Test
    void aLayerThatTheStoreHasIsNotFetched() throws Exception {
        TestImage base = image("base", 2);
        base.storeIn(store);
        List<byte[]> contents = new ArrayList<>(base.layers());
        contents.add("one more".getBytes(StandardCharsets.UTF_8));
        contents.add(base.layers().getFirst());
        TestImage derived = TestImage.of("derived", contents, "2026-01-02T03:04:05Z");
        upstream.add("a/derived", "1", derived.manifest()).add(derived.config()).add(contents.get(2));
        List<JsonNode> lines = pull(name("derived"));
        assertThat(lines.getFirst().path("layers"))
                .extracting(l -> l.path("stored").asBoolean())
                .containsExactly(true, true, false, true);
        assertThat(types(lines)).endsWith("fetched");
        assertThat(upstream.asked("GET .*/blobs/")).isEqualTo(2);
    }

    @Test
    void ofAnIndexThePlatformIsTaken() throws Exception {
        TestImage image = image("many", 1);
        Platform here = Platform.of("linux", "amd64");
        Descriptor own = new Descriptor(
                image.manifest().mediaType(),
                image.manifest().digest(),
                image.manifest().content().length,
                null,
                null,
                here,
                null);
        Descriptor other = new Descriptor(
                MediaTypes.OCI_MANIFEST,
                Digest.sha256(new byte[] {9}),
                9,
                null,
                null,
                Platform.of("linux", "riscv64"),
                null);
        ManifestBytes index = ManifestBytes.of(
                OciJson.write(new Index(2, MediaTypes.OCI_INDEX, null, List.of(other, own), null, null)),
                MediaTypes.OCI_INDEX);
        upstream.add("a/many", "all", index);
        String all = upstream.domain() + "/a/many:all";
        List<JsonNode> lines = pull(Map.of("reference", all, "node", "n", "platform", "linux/amd64"), ANONYMOUS);
        assertThat(lines.getFirst().path("manifest").asText())
                .as("what the name names")
                .isEqualTo(index.digest().toString());
        assertThat(complete(lines.getFirst(), 200).path("manifest").asText())
                .isEqualTo(index.digest().toString());
        List<JsonNode> none = pull(Map.of("reference", all, "node", "n", "platform", "linux/s390x"), ANONYMOUS);
        assertThat(none.getLast().path("message").asText())
                .isEqualTo("no matching manifest for linux/s390x in the manifest list entries");
        List<JsonNode> single =
                pull(Map.of("reference", name("many"), "node", "n", "platform", "linux/arm64"), ANONYMOUS);
        assertThat(single.getLast().path("message").asText())
                .contains("does not match the specified platform (linux/arm64)");
    }

    @Test
    void aConnectionThatIsCutGoesOnByRange() throws Exception {
        TestImage image = image("cut", 1);
        byte[] layer = image.layers().getFirst();
        upstream.on("GET .*/blobs/" + Digest.sha256(layer), exchange -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                FaultyRegistry.cut(layer, 70_000).answer(exchange);
            } else {
                upstream.serve(exchange);
            }
        });
        assertThat(types(pull(name("cut")))).endsWith("fetched");
        assertThat(upstream.asked()).extracting(FaultyRegistry.Asked::range).anySatisfy(range -> assertThat(range)
                .matches("bytes=[0-9]{4,}-"));
        assertThat(store.open(Digest.sha256(layer), 0)).hasBinaryContent(layer);
    }

    @Test
    void aBrokenUpstreamIsAClearErrorAndNoNameAppears() throws Exception {
        TestImage image = image("broken", 2);
        byte[] layer = image.layers().get(1);
        String blob = "GET .*/blobs/" + Digest.sha256(layer);
        byte[] other = layer.clone();
        other[7]++;
        upstream.on(blob, exchange -> FaultyRegistry.send(exchange, 200, "x/y", other));
        fails(name("broken"), 500, "filesystem layer verification failed for digest " + Digest.sha256(layer));
        upstream.on(blob, exchange -> FaultyRegistry.send(exchange, 200, "x/y", new byte[5]));
        fails(name("broken"), 500, "has 5 bytes upstream");
        upstream.on(blob, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[layer.length + 1]);
        });
        fails(name("broken"), 500, "has more than");
        upstream.on(blob, FaultyRegistry.status(404, "BLOB_UNKNOWN", "blob unknown to registry"));
        fails(name("broken"), 404, "blob unknown: blob unknown to registry");
        upstream.on(blob, FaultyRegistry.challenge("Bearer realm=\"http://169.254.169.254/latest\""));
        fails(name("broken"), 403, "token realm");
        upstream.on(blob, FaultyRegistry.status(500, "UNKNOWN", "unknown error"));
        fails(name("broken"), 500, "unknown: unknown error");
        upstream.on(blob, FaultyRegistry.cut(layer, 0));
        fails(name("broken"), 500, "");
        assertThat(store.digests()).doesNotContain(Digest.sha256(layer));
        upstream.behave();
        assertThat(types(pull(name("broken")))).as("a repeat works").endsWith("fetched");
    }

    @Test
    void whatIsNotThereOrNotOursOrTooOftenIsSaidAsDockerSaysIt() throws Exception {
        image("words", 1);
        fails(
                upstream.domain() + "/a/words:2",
                404,
                "manifest for " + upstream.domain() + "/a/words:2 not found: manifest unknown: manifest unknown");
        upstream.on("/manifests/", FaultyRegistry.status(401, "UNAUTHORIZED", "authentication required"));
        fails(
                name("words"),
                404,
                "pull access denied for " + upstream.domain()
                        + "/a/words, repository does not exist or may require 'docker login'");
        upstream.on(
                "/manifests/", FaultyRegistry.status(429, "TOOMANYREQUESTS", "You have reached your pull rate limit"));
        fails(name("words"), 429, "toomanyrequests: You have reached your pull rate limit");
    }

    @Test
    void documentsThatContradictThemselvesAreRefused() throws Exception {
        TestImage image = image("liar", 2);
        Manifest manifest = OciJson.read(image.manifest().content(), Manifest.class);
        ManifestBytes fewer = ManifestBytes.of(
                OciJson.write(Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        manifest.config(),
                        manifest.layers().subList(0, 1))),
                MediaTypes.OCI_MANIFEST);
        upstream.add("a/liar", "fewer", fewer);
        fails(upstream.domain() + "/a/liar:fewer", 500, "its config does not describe its 1 layers");

        Descriptor config = manifest.config();
        ManifestBytes artifact = ManifestBytes.of(
                OciJson.write(Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of("application/vnd.cncf.helm.config.v1+json", config.digest(), config.size()),
                        manifest.layers())),
                MediaTypes.OCI_MANIFEST);
        upstream.add("a/liar", "chart", artifact);
        fails(upstream.domain() + "/a/liar:chart", 500, "no image that can be run");

        upstream.on(
                "GET .*/blobs/" + image.id(),
                exchange -> FaultyRegistry.send(exchange, 200, "x/y", new byte[image.config().length]));
        fails(name("liar"), 500, "image config verification failed for digest " + image.id());
    }

    @Test
    void aForeignLayersAddressIsNotAsked() throws Exception {
        TestImage image = image("foreign", 1);
        Manifest manifest = OciJson.read(image.manifest().content(), Manifest.class);
        try (FaultyRegistry sink = new FaultyRegistry()) {
            Descriptor foreign = new Descriptor(
                    MediaTypes.DOCKER_LAYER_FOREIGN,
                    manifest.layers().getFirst().digest(),
                    manifest.layers().getFirst().size(),
                    List.of("http://" + sink.domain() + "/layer"),
                    null,
                    null,
                    null);
            upstream.add(
                    "a/foreign",
                    "f",
                    ManifestBytes.of(
                            OciJson.write(Manifest.of(MediaTypes.OCI_MANIFEST, manifest.config(), List.of(foreign))),
                            MediaTypes.OCI_MANIFEST));
            upstream.on(
                    "/blobs/" + foreign.digest(),
                    FaultyRegistry.status(404, "BLOB_UNKNOWN", "blob unknown to registry"));
            fails(upstream.domain() + "/a/foreign:f", 404, "blob unknown");
            assertThat(sink.asked()).as("CVE-2020-15157").isEmpty();
        }
    }

    @Test
    void whoMayNotPullIsRefusedAlsoWhenEveryByteIsHere() throws Exception {
        TestImage image = image("secret", 1);
        String right = "Basic " + Base64.getEncoder().encodeToString("cb:right".getBytes(StandardCharsets.UTF_8));
        upstream.on("/v2/", exchange -> {
            if (right.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                upstream.serve(exchange);
            } else {
                FaultyRegistry.challenge("Basic realm=\"x\"").answer(exchange);
            }
        });
        String mine = Base64.getUrlEncoder()
                .encodeToString("{\"username\":\"cb\",\"password\":\"right\"}".getBytes(StandardCharsets.UTF_8));
        Map<String, String> request = Map.of("reference", name("secret"), "node", "n");
        List<JsonNode> lines = pull(request, mine);
        assertThat(types(lines)).endsWith("fetched");
        complete(lines.getFirst(), 200);
        assertThat(store.digests()).contains(image.id());
        assertThat(pull(request, ANONYMOUS).getLast().path("message").asText()).startsWith("pull access denied");
        assertThat(types(pull(request, mine))).containsExactly("resolved", "fetched");
    }

    /** Sends half of the layer, then waits. */
    private void gate(byte[] layer, CountDownLatch gate, CountDownLatch gone) {
        upstream.on("GET .*/blobs/" + Digest.sha256(layer), exchange -> {
            exchange.sendResponseHeaders(200, layer.length);
            exchange.getResponseBody().write(layer, 0, layer.length / 2);
            exchange.getResponseBody().flush();
            try {
                gate.await();
                exchange.getResponseBody().write(layer, layer.length / 2, layer.length - layer.length / 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                gone.countDown();
            }
        });
    }

    private HttpResponse<InputStream> spool(byte[] layer, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve("/spool/" + Digest.sha256(layer)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    @Test
    void aNodeReadsALayerWhileItIsFetchedAndTwoPullsFetchItOnce() throws Exception {
        TestImage image = image("grows", 1);
        byte[] layer = image.layers().getFirst();
        CountDownLatch gate = new CountDownLatch(1);
        gate(layer, gate, new CountDownLatch(1));
        Map<String, String> request = Map.of("reference", name("grows"), "node", "n");
        try (BufferedReader one = lines(post("/pulls", ANONYMOUS, request));
                BufferedReader two = lines(post("/pulls", ANONYMOUS, request))) {
            assertThat(one.readLine()).contains("\"resolved\"");
            assertThat(two.readLine()).contains("\"resolved\"");
            HttpResponse<InputStream> whole = spool(layer);
            assertThat(whole.headers().firstValueAsLong("Content-Length")).hasValue(layer.length);
            assertThat(whole.body().readNBytes(50_000)).isEqualTo(java.util.Arrays.copyOf(layer, 50_000));
            HttpResponse<InputStream> rest = spool(layer, "Range", "bytes=150000-");
            assertThat(rest.statusCode()).isEqualTo(206);
            assertThat(rest.headers().firstValue("Content-Range")).contains("bytes 150000-199999/200000");
            assertThat(spool(layer, "Range", "bytes=200000-").statusCode()).isEqualTo(416);
            gate.countDown();
            assertThat(whole.body().readAllBytes()).hasSize(layer.length - 50_000);
            assertThat(rest.body().readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(layer, 150_000, 200_000));
            assertThat(one.lines().toList().getLast()).contains("fetched");
            assertThat(two.lines().toList().getLast()).contains("fetched");
        }
        assertThat(upstream.asked("GET .*/blobs/" + Digest.sha256(layer))).isEqualTo(1);
        assertThat(spool(layer).statusCode()).as("it is in the store now").isEqualTo(404);
    }

    private static BufferedReader lines(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aFetchThatFailsCutsItsReaders() throws Exception {
        TestImage image = image("fails", 1);
        byte[] layer = image.layers().getFirst();
        byte[] other = layer.clone();
        other[layer.length - 1]++;
        CountDownLatch gate = new CountDownLatch(1);
        gate(other, gate, new CountDownLatch(1));
        upstream.on("GET .*/blobs/" + Digest.sha256(layer), exchange -> {
            exchange.sendResponseHeaders(200, other.length);
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseBody().write(other);
        });
        try (BufferedReader pull = lines(post("/pulls", ANONYMOUS, Map.of("reference", name("fails"), "node", "n")))) {
            assertThat(pull.readLine()).contains("\"resolved\"");
            HttpResponse<InputStream> reader = spool(layer);
            gate.countDown();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> reader.body().readAllBytes());
            assertThat(pull.lines().toList().getLast()).contains("\"error\"");
        }
    }

    @Test
    void aCallerThatGoesAwayEndsItsPull() throws Exception {
        TestImage image = image("gone", 1);
        byte[] layer = image.layers().getFirst();
        CountDownLatch never = new CountDownLatch(1);
        gate(layer, never, new CountDownLatch(1));
        try (BufferedReader pull = lines(post("/pulls", ANONYMOUS, Map.of("reference", name("gone"), "node", "n")))) {
            assertThat(pull.readLine()).contains("\"resolved\"");
            HttpResponse<InputStream> reader = spool(layer);
            assertThat(reader.statusCode()).isEqualTo(200);
            pull.close();
            // Only the reader wants it now; when he goes too, nobody does.
            reader.body().readNBytes(50_000);
            reader.body().close();
        }
        // The next pull would wait for ever if it joined what was broken off.
        upstream.behave();
        awaitNotSpooled(layer);
        assertThat(types(pull(name("gone")))).endsWith("fetched");
        never.countDown();
    }

    private void awaitNotSpooled(byte[] layer) throws Exception {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (isSpooled(layer)) {
            assertThat(System.nanoTime()).as("the download was not broken off").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean isSpooled(byte[] layer) throws Exception {
        try {
            return spool(layer).statusCode() != 404;
        } catch (IOException cutMeanwhile) {
            return true;
        }
    }

    @Test
    void requestsThatMeanNothingAreRefused() throws Exception {
        assertThat(post("/pulls", ANONYMOUS, Map.of("node", "n")).statusCode()).isEqualTo(400);
        assertThat(post("/pulls", ANONYMOUS, Map.of("reference", "UPPER", "node", "n"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/pulls", ANONYMOUS, Map.of("reference", "x", "node", "n", "platform", "/"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/pulls", "not base64!", Map.of("reference", "x", "node", "n"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/pulls/nonsense/complete", ANONYMOUS, Map.of()).statusCode())
                .isEqualTo(404);
        assertThat(post("/pulls/123e4567-e89b-12d3-a456-426614174000/complete", ANONYMOUS, Map.of())
                        .statusCode())
                .isEqualTo(404);
        assertThat(http.send(
                                HttpRequest.newBuilder(gateway.resolve("/spool/sha256:.."))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(400);
    }
}
