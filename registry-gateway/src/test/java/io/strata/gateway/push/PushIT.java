package io.strata.gateway.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.names.Naming;
import io.strata.gateway.store.TestImage;
import io.strata.gateway.upstream.FaultyRegistry;
import io.strata.local.LocalPartsResource;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to, and asks, a real registry. */
@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class PushIT {
    private static final String ANONYMOUS = "e30=";

    @TempDir
    Path folder;

    @Inject
    InMemoryBlobs store;

    @Inject
    Naming naming;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/")
    URI gateway;

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
    }

    private static String encoded(Map<String, String> credentials, ObjectMapper json) throws Exception {
        return Base64.getUrlEncoder().encodeToString(json.writeValueAsBytes(credentials));
    }

    private HttpResponse<String> send(String method, String path, String authorization, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("X-Registry-Auth", authorization)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private List<JsonNode> push(String name, String tag, String authorization) throws Exception {
        HttpResponse<String> answer = send("POST", "/images/" + name + "/push?tag=" + tag, authorization, "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("}\r\n");
        return Stream.of(answer.body().split("\r\n")).map(this::read).toList();
    }

    private JsonNode read(String line) {
        try {
            return json.readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static List<String> statuses(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("status").asText()).toList();
    }

    private byte[] blob(String registry, String repository, String what) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/" + repository + what))
                                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private TestImage named(String reference, TestImage image) throws Exception {
        naming.pull(ImageReference.parse(reference), image.storeIn(store).pulled(), "node-1");
        return image;
    }

    @Test
    void anImageIsPushedWithDockersLinesAndPulledByteForByte() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, false)) {
            TestImage image = named(registry.domain() + "/cb/pushed:1.0", TestImage.of("pushed", 3));
            List<JsonNode> lines = push(registry.domain() + "/cb/pushed", "1.0", ANONYMOUS);
            assertThat(statuses(lines))
                    .startsWith(
                            "The push refers to repository [" + registry.domain() + "/cb/pushed]",
                            "Preparing",
                            "Preparing",
                            "Preparing")
                    .contains("Pushing", "Pushed");
            Digest digest = image.manifest().digest();
            int size = image.manifest().content().length;
            assertThat(lines.get(lines.size() - 2).path("status").asText())
                    .isEqualTo("1.0: digest: " + digest + " size: " + size);
            assertThat(lines.getLast().path("aux"))
                    .isEqualTo(json.valueToTree(Map.of("Tag", "1.0", "Digest", digest.toString(), "Size", size)));
            assertThat(lines.get(1).path("id").asText())
                    .isEqualTo(Digest.sha256(image.layers().get(2)).shortHex());

            assertThat(blob(registry.domain(), "cb/pushed", "/manifests/1.0"))
                    .isEqualTo(image.manifest().content());
            for (byte[] layer : image.layers()) {
                assertThat(blob(registry.domain(), "cb/pushed", "/blobs/" + Digest.sha256(layer)))
                        .isEqualTo(layer);
            }
            assertThat(blob(registry.domain(), "cb/pushed", "/blobs/" + image.id()))
                    .isEqualTo(image.config());

            assertThat(statuses(push(registry.domain() + "/cb/pushed", "1.0", ANONYMOUS)))
                    .contains("Layer already exists")
                    .doesNotContain("Pushed");
            named(registry.domain() + "/cb/other:1", image);
            assertThat(statuses(push(registry.domain() + "/cb/other", "1", ANONYMOUS)))
                    .contains("Mounted from cb/pushed")
                    .doesNotContain("Pushed");
        }
    }

    @Test
    void credentialsAreCheckedAndUsed() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder, true)) {
            TestImage image = named(registry.domain() + "/cb/private:1", TestImage.of("private", 2));
            Map<String, String> right =
                    Map.of("username", "cb", "password", "right", "serveraddress", registry.domain());
            Map<String, String> wrong =
                    Map.of("username", "cb", "password", "wrong", "serveraddress", registry.domain());
            HttpResponse<String> login = send("POST", "/auth", ANONYMOUS, json.writeValueAsString(right));
            assertThat(read(login.body()))
                    .isEqualTo(json.valueToTree(Map.of("Status", "Login Succeeded", "IdentityToken", "")));
            HttpResponse<String> refused = send("POST", "/auth", ANONYMOUS, json.writeValueAsString(wrong));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(read(refused.body()).path("message").asText())
                    .isEqualTo("login attempt to http://" + registry.domain()
                            + "/v2/ failed with status: 401 Unauthorized");

            for (String bad : List.of(ANONYMOUS, encoded(wrong, json))) {
                JsonNode error =
                        push(registry.domain() + "/cb/private", "1", bad).getLast();
                assertThat(error.path("errorDetail").path("message").asText())
                        .isEqualTo("unauthorized: authentication required");
                assertThat(error.path("error").asText()).isEqualTo("unauthorized: authentication required");
            }
            assertThat(statuses(push(registry.domain() + "/cb/private", "1", encoded(right, json))))
                    .contains("Pushed");

            HttpResponse<String> distribution =
                    send("GET", "/distribution/" + registry.domain() + "/cb/private:1/json", encoded(right, json), "");
            assertThat(read(distribution.body())
                            .path("Descriptor")
                            .path("digest")
                            .asText())
                    .isEqualTo(image.manifest().digest().toString());
            assertThat(read(distribution.body())
                            .path("Platforms")
                            .get(0)
                            .path("architecture")
                            .asText())
                    .isEqualTo("amd64");
            HttpResponse<String> none =
                    send("GET", "/distribution/" + registry.domain() + "/cb/private:2/json", encoded(right, json), "");
            assertThat(none.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whatIsNotHereOrNotReachedIsAnErrorLine() throws Exception {
        JsonNode absent = push("127.0.0.1:1/absent", "1", ANONYMOUS).getLast();
        assertThat(absent.path("error").asText())
                .isEqualTo("An image does not exist locally with the tag: 127.0.0.1:1/absent");
        named("127.0.0.1:1/cb/nobody:1", TestImage.of("nobody", 1));
        assertThat(push("127.0.0.1:1/cb/nobody", "1", ANONYMOUS)
                        .getLast()
                        .path("error")
                        .asText())
                .contains("dial tcp 127.0.0.1:1: connect: connection refused");
        assertThat(send("POST", "/images/UPPER/push?tag=1", ANONYMOUS, "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void anUploadThatTheRegistrySendsElsewhereTakesNoCredentialsAlong() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry();
                FaultyRegistry elsewhere = new FaultyRegistry()) {
            named(registry.domain() + "/cb/away:1", TestImage.of("away", 1));
            String basic = "Basic " + Base64.getEncoder().encodeToString("cb:right".getBytes(StandardCharsets.UTF_8));
            registry.on("/v2/", exchange -> {
                if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    FaultyRegistry.challenge("Basic realm=\"x\"").answer(exchange);
                } else if (exchange.getRequestMethod().equals("POST")) {
                    exchange.getResponseHeaders().set("Location", "http://" + elsewhere.domain() + "/upload");
                    exchange.sendResponseHeaders(202, -1);
                } else {
                    FaultyRegistry.error(exchange, 404, "BLOB_UNKNOWN", "blob unknown");
                }
            });
            elsewhere.on("PUT /upload", exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(201, -1);
            });
            String credentials = encoded(Map.of("username", "cb", "password", "right"), json);
            push(registry.domain() + "/cb/away", "1", credentials);
            assertThat(elsewhere.asked()).isNotEmpty().allSatisfy(asked -> assertThat(asked.authorization())
                    .isEmpty());

            registry.on("POST /v2/", exchange -> {
                exchange.getResponseHeaders().set("Location", "http://169.254.169.254/upload");
                exchange.sendResponseHeaders(202, -1);
            });
            assertThat(push(registry.domain() + "/cb/away", "1", credentials)
                            .getLast()
                            .path("error")
                            .asText())
                    .contains("upload location", "is not followed");
        }
    }

    @Test
    void aRegistryIsSearchedWhereItHasASearch() throws Exception {
        try (FaultyRegistry registry = new FaultyRegistry()) {
            HttpResponse<String> none =
                    send("GET", "/images/search?term=" + registry.domain() + "/redis", ANONYMOUS, "");
            assertThat(none.statusCode()).isEqualTo(404);
            assertThat(none.body()).contains("has no search");
            registry.on(
                    "GET /v1/search\\?q=redis&n=2",
                    exchange -> FaultyRegistry.send(
                            exchange,
                            200,
                            "application/json",
                            "{\"results\":[{\"name\":\"redis\",\"description\":\"d\",\"star_count\":5,\"is_official\":true,\"x\":1},{\"name\":\"b\",\"star_count\":1}]}"
                                    .getBytes(StandardCharsets.UTF_8)));
            HttpResponse<String> found = send(
                    "GET",
                    "/images/search?limit=2&filters=%7B%22stars%22%3A%7B%223%22%3Atrue%7D%7D&term=" + registry.domain()
                            + "/redis",
                    ANONYMOUS,
                    "");
            assertThat(read(found.body())).hasSize(1);
            assertThat(read(found.body()).get(0).path("name").asText()).isEqualTo("redis");
            assertThat(read(found.body()).get(0).path("star_count").asInt()).isEqualTo(5);
            assertThat(send("GET", "/images/search?term=x&limit=0", ANONYMOUS, "")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send("GET", "/images/search?term=x&filters=%7B%22no%22%3A%7B%7D%7D&limit=1", ANONYMOUS, "")
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
