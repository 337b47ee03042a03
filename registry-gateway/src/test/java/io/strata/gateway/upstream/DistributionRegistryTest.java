package io.strata.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.strata.gateway.manifests.ManifestBytes;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DistributionRegistryTest {
    private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);
    private static final ManifestBytes MANIFEST = ManifestBytes.of(
            OciJson.write(Manifest.of(
                    MediaTypes.OCI_MANIFEST,
                    Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(new byte[] {1}), 1),
                    List.of(Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(LAYER), LAYER.length)))),
            MediaTypes.OCI_MANIFEST);

    private final FaultyRegistry upstream =
            new FaultyRegistry().add("a/b", "1", MANIFEST).add(LAYER);
    private final ImageReference name = ImageReference.parse(upstream.domain() + "/a/b:1");
    private final UpstreamRegistry registry = TestUpstreams.patient().registry();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void aTagAndADigestNameAManifest() {
        assertThat(registry.head(name, Credentials.NONE).orElseThrow().digest()).isEqualTo(MANIFEST.digest());
        for (ImageReference each : List.of(name, name.withDigest(MANIFEST.digest()))) {
            UpstreamManifest found = registry.manifest(each, Credentials.NONE);
            assertThat(found.digest()).isEqualTo(MANIFEST.digest());
            assertThat(found.content()).isEqualTo(MANIFEST.content());
            assertThat(found.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        }
    }

    @Test
    void aBlobIsReadFromAnyOffset() throws IOException {
        try (UpstreamBlob blob = registry.blob(name, Digest.sha256(LAYER), 2, Credentials.NONE)) {
            assertThat(blob.offset()).isEqualTo(2);
            assertThat(blob.size()).hasValue(LAYER.length);
            assertThat(blob.content()).hasContent("layer");
        }
        upstream.on("/blobs/", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-6/7");
            FaultyRegistry.send(exchange, 206, "x/y", LAYER);
        });
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .isThrownBy(() -> registry.blob(name, Digest.sha256(LAYER), 2, Credentials.NONE))
                .withMessageContaining("another range");
    }

    @Test
    void aManifestOfAnotherDigestIsRefused() {
        byte[] other = OciJson.write(OciJson.read(MANIFEST.content(), Manifest.class));
        byte[] changed = (new String(other, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
        upstream.on(
                "GET .*/manifests/", exchange -> FaultyRegistry.send(exchange, 200, MediaTypes.OCI_MANIFEST, changed));
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .as("pinned digest ignored (GO-2024-3038)")
                .isThrownBy(() -> registry.manifest(name.withDigest(MANIFEST.digest()), Credentials.NONE))
                .withMessageContaining("manifest verification failed for digest " + MANIFEST.digest());
        upstream.on("GET .*/manifests/", exchange -> {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", MANIFEST.digest().toString());
            FaultyRegistry.send(exchange, 200, MediaTypes.OCI_MANIFEST, changed);
        });
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE));
    }

    @Test
    void whatIsNoManifestIsRefused() {
        String digest = Digest.sha256(LAYER).toString();
        refused("it is schema 1", MediaTypes.DOCKER_SCHEMA1_SIGNED, "{\"schemaVersion\":1,\"fsLayers\":[]}");
        refused("its body is schema 1", MediaTypes.OCI_MANIFEST, "{\"schemaVersion\":1}");
        refused(
                "it is both (CVE-2021-41190)",
                MediaTypes.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"manifests\":[],\"config\":{\"digest\":\"" + digest
                        + "\",\"size\":1},\"layers\":[]}");
        refused(
                "header and body differ",
                MediaTypes.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[]}");
        refused("it is a page", "text/html", "<html>");
        refused("it is no JSON", MediaTypes.OCI_MANIFEST, "{");
        refused(
                "a digest climbs (CVE-2024-3727)",
                MediaTypes.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../../x\",\"size\":1},\"layers\":[]}");
        refused(
                "a size is below zero",
                MediaTypes.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"" + digest + "\",\"size\":-1},\"layers\":[]}");
        refused(
                "it is too large",
                MediaTypes.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"x\":\"" + "y".repeat(4 << 20) + "\"}");
    }

    private void refused(String why, String type, String body) {
        upstream.on(
                "GET .*/manifests/",
                exchange -> FaultyRegistry.send(exchange, 200, type, body.getBytes(StandardCharsets.UTF_8)));
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .as(why)
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE))
                .withMessageContaining(name.familiar());
    }

    @Test
    void refusalsHaveDockersWords() {
        says(
                UpstreamException.NotFound.class,
                FaultyRegistry.status(404, "MANIFEST_UNKNOWN", "manifest unknown"),
                "manifest for " + name + " not found: manifest unknown: manifest unknown");
        says(
                UpstreamException.NotFound.class,
                FaultyRegistry.status(403, "DENIED", "requested access to the resource is denied"),
                "pull access denied for " + name.repository()
                        + ", repository does not exist or may require 'docker login': denied: requested access to the resource is denied");
        says(
                UpstreamException.NotFound.class,
                FaultyRegistry.challenge("Basic realm=\"x\""),
                "pull access denied for " + name.repository()
                        + ", repository does not exist or may require 'docker login': unauthorized: authentication required");
        says(
                UpstreamException.RateLimited.class,
                FaultyRegistry.status(429, "TOOMANYREQUESTS", "You have reached your pull rate limit"),
                "toomanyrequests: You have reached your pull rate limit");
        says(
                UpstreamException.Failed.class,
                exchange -> FaultyRegistry.send(exchange, 500, "text/html", "<html>".getBytes(StandardCharsets.UTF_8)),
                "received unexpected HTTP status: 500 Internal Server Error");
        says(
                UpstreamException.NotFound.class,
                FaultyRegistry.status(404, "X\\u0000\\u001b[31m", "a\\nb"),
                "manifest for " + name + " not found: x [31m: a b");
    }

    private void says(Class<? extends UpstreamException> type, FaultyRegistry.Fault fault, String words) {
        upstream.on("/manifests/", fault);
        assertThatExceptionOfType(type)
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE))
                .withMessage(words);
    }

    @Test
    void aRegistryThatAsksForAMomentGetsIt() {
        upstream.on("GET .*/manifests/", exchange -> {
            upstream.behave();
            exchange.getResponseHeaders().set("Retry-After", "0");
            FaultyRegistry.error(exchange, 429, "TOOMANYREQUESTS", "slow down");
        });
        assertThat(registry.manifest(name, Credentials.NONE).digest()).isEqualTo(MANIFEST.digest());
        upstream.on("GET .*/manifests/", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            FaultyRegistry.error(exchange, 429, "TOOMANYREQUESTS", "slow down");
        });
        assertThatExceptionOfType(UpstreamException.RateLimited.class)
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE))
                .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofHours(1)));
    }

    @Test
    void whoDoesNotAnswerIsUnreachable() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        upstream.on("/manifests/", exchange -> awaitQuietly(never));
        UpstreamRegistry impatient = TestUpstreams.impatient().registry();
        assertThatExceptionOfType(UpstreamException.Unreachable.class)
                .isThrownBy(() -> impatient.manifest(name, Credentials.NONE))
                .withMessage(
                        "Get \"http://" + upstream.domain()
                                + "/v2/a/b/manifests/1\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        upstream.on("/blobs/", exchange -> {
            exchange.sendResponseHeaders(200, LAYER.length);
            exchange.getResponseBody().write(LAYER, 0, 3);
            exchange.getResponseBody().flush();
            awaitQuietly(never);
        });
        try (UpstreamBlob blob = impatient.blob(name, Digest.sha256(LAYER), 0, Credentials.NONE)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> blob.content().readAllBytes())
                    .withMessageStartingWith("no byte came for");
        }
        never.countDown();
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatExceptionOfType(UpstreamException.Unreachable.class)
                .isThrownBy(() -> registry.manifest(ImageReference.parse("127.0.0.1:" + free + "/x"), Credentials.NONE))
                .withMessage("Get \"http://127.0.0.1:" + free + "/v2/x/manifests/latest\": dial tcp 127.0.0.1:" + free
                        + ": connect: connection refused");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRedirectIsFollowedWithoutTheCredentials() throws IOException {
        try (FaultyRegistry other = new FaultyRegistry().add(LAYER)) {
            basicOnly("cb", "secret");
            upstream.on(
                    "/blobs/",
                    FaultyRegistry.redirect("http://" + other.domain() + "/v2/x/blobs/" + Digest.sha256(LAYER)));
            Credentials credentials = Credentials.of("cb", "secret");
            assertThat(registry.manifest(name, credentials).digest()).isEqualTo(MANIFEST.digest());
            try (UpstreamBlob blob = registry.blob(name, Digest.sha256(LAYER), 0, credentials)) {
                assertThat(blob.content()).hasBinaryContent(LAYER);
            }
            assertThat(other.asked())
                    .extracting(FaultyRegistry.Asked::authorization)
                    .containsExactly("");
        }
        upstream.on("/blobs/", FaultyRegistry.redirect("http://169.254.169.254/latest/meta-data/"));
        assertThatExceptionOfType(UpstreamException.Refused.class)
                .isThrownBy(() -> registry.blob(name, Digest.sha256(LAYER), 0, Credentials.NONE));
        upstream.on("/blobs/", FaultyRegistry.redirect("/v2/a/b/blobs/" + Digest.sha256(LAYER)));
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .isThrownBy(() -> registry.blob(name, Digest.sha256(LAYER), 0, Credentials.NONE))
                .withMessageContaining("more than 5 times");
    }

    private void basicOnly(String user, String password) {
        String right = Credentials.of(user, password).basic().orElseThrow();
        upstream.on("/manifests/|/v2/$", exchange -> {
            if (right.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                upstream.serve(exchange);
            } else {
                FaultyRegistry.challenge("Basic realm=\"x\"").answer(exchange);
            }
        });
    }

    @Test
    void loginIsWhatTheRegistrySays() {
        basicOnly("cb", "right");
        registry.login(upstream.domain(), Credentials.of("cb", "right"));
        assertThatExceptionOfType(UpstreamException.Unauthorized.class)
                .isThrownBy(() -> registry.login(upstream.domain(), Credentials.of("cb", "wrong")))
                .withMessage(
                        "login attempt to http://" + upstream.domain() + "/v2/ failed with status: 401 Unauthorized");
    }

    @Test
    void aTokenIsFetchedOnceForAScope() {
        upstream.on("/manifests/|/blobs/", exchange -> {
            if ("Bearer t.o-k_e/n=".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                upstream.serve(exchange);
            } else {
                FaultyRegistry.challenge("Bearer realm=\"http://" + upstream.domain()
                                + "/token?x=1\",service=\"s s\",scope=\"registry:catalog:*\"")
                        .answer(exchange);
            }
        });
        upstream.on(
                "GET /token",
                exchange -> FaultyRegistry.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"token\":\"t.o-k_e/n=\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8)));
        Credentials credentials = Credentials.of("cb", "p");
        for (int i = 0; i < 3; i++) {
            registry.manifest(name, credentials);
        }
        assertThat(upstream.asked().stream().map(FaultyRegistry.Asked::path).filter(p -> p.startsWith("/token")))
                .as("our own scope, not the challenge's")
                .containsExactly("/token?x=1&service=s+s&scope=repository%3Aa%2Fb%3Apull&account=cb");
        registry.manifest(name, Credentials.NONE);
        assertThat(upstream.asked("GET /token"))
                .as("another caller has another token")
                .isEqualTo(2);
    }

    @Test
    void aRealmThatRefusesLoopsOrPointsInsideEndsTheCall() {
        String realm = "http://" + upstream.domain() + "/token";
        upstream.on("/manifests/", FaultyRegistry.challenge("Bearer realm=\"" + realm + "\""));
        upstream.on(
                "/token",
                exchange -> FaultyRegistry.send(
                        exchange, 200, "application/json", "{\"token\":\"x\"}".getBytes(StandardCharsets.UTF_8)));
        assertThatExceptionOfType(UpstreamException.NotFound.class)
                .as("401 again with a token")
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE))
                .withMessageContaining("pull access denied");
        assertThat(upstream.asked("/manifests/")).isEqualTo(2);
        upstream.on(
                "/token",
                exchange -> FaultyRegistry.send(
                        exchange,
                        401,
                        "application/json",
                        "{\"details\":\"incorrect username or password\"}".getBytes(StandardCharsets.UTF_8)));
        assertThatExceptionOfType(UpstreamException.Unauthorized.class)
                .isThrownBy(() -> registry.manifest(name, Credentials.of("a", "b")))
                .withMessage("unauthorized: incorrect username or password");
        upstream.on(
                "/token",
                exchange -> FaultyRegistry.send(
                        exchange,
                        200,
                        "application/json",
                        "{\"token\":\"a\\r\\nX: y\"}".getBytes(StandardCharsets.UTF_8)));
        assertThatExceptionOfType(UpstreamException.Invalid.class)
                .as("a token that would be two headers")
                .isThrownBy(() -> registry.manifest(name, Credentials.NONE));
        for (String inside : List.of("http://169.254.169.254/latest/", "file:///etc/passwd", "not an address")) {
            upstream.on("/manifests/", FaultyRegistry.challenge("Bearer realm=\"" + inside + "\""));
            assertThatExceptionOfType(UpstreamException.class)
                    .isThrownBy(() -> registry.manifest(name, Credentials.NONE))
                    .withMessageContaining("token realm")
                    .isInstanceOfAny(UpstreamException.Refused.class, UpstreamException.Invalid.class);
        }
    }

    @Test
    void aRegistryOnALinkLocalAddressIsNotAsked() {
        assertThatExceptionOfType(UpstreamException.Refused.class)
                .isThrownBy(() ->
                        registry.manifest(ImageReference.parse("169.254.169.254/latest/meta-data"), Credentials.NONE));
        assertThat(registry.isOpenToAll("10.0.0.1")).isFalse();
        assertThat(registry.isOpenToAll("127.0.0.1:5000")).isFalse();
        assertThat(registry.isOpenToAll("8.8.8.8")).isTrue();
    }
}
