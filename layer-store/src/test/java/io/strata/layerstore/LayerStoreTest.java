package io.strata.layerstore;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobMismatchException;
import io.strata.blobs.BlobNotFoundException;
import io.strata.blobs.Expected;
import io.strata.blobs.Ingest;
import io.strata.blobs.LayerFacts;
import io.strata.blobs.LayerStoreClient;
import io.strata.blobs.MissingBlobsException;
import io.strata.blobs.Part;
import io.strata.blobs.References;
import io.strata.events.ContainerEvent.ContainerRemoved;
import io.strata.events.outbox.Outbox;
import io.strata.local.LocalPartsResource;
import io.strata.local.s3.LocalS3Resource;
import io.strata.oci.Digest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service with its real parts, by the client that the other services use. */
@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
@QuarkusTestResource(LocalS3Resource.class)
class LayerStoreTest {
    private static final String TYPE = "application/vnd.oci.image.layer.v1.tar";

    @TestHTTPResource
    URI service;

    @Inject
    Outbox outbox;

    @Inject
    AgroalDataSource database;

    private LayerStoreClient client;

    @BeforeEach
    void connect() {
        client = new LayerStoreClient(service);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void aBlobOfKnownSizeIsReadBackWholeAndFromAnOffset() throws IOException {
        byte[] content = bytes(3_000_000);
        Digest digest = Digest.sha256(content);
        BlobFacts facts = client.write(
                new Expected("test", TYPE, Optional.empty(), OptionalLong.of(content.length)), stream(content));

        assertThat(facts).isEqualTo(new BlobFacts(digest, content.length, TYPE));
        assertThat(client.stat(digest)).contains(facts);
        assertThat(client.lookup(List.of(digest, digestOfNothing()))).containsExactly(facts);
        assertThat(read(digest, 0)).isEqualTo(content);
        assertThat(read(digest, 2_999_999)).isEqualTo(Arrays.copyOfRange(content, 2_999_999, 3_000_000));
        assertThat(read(digest, content.length)).isEmpty();
    }

    @Test
    void aBlobOfUnknownSizeGoesInPartsWhenItIsLarge() throws IOException {
        byte[] content = bytes((20 << 20) + 17);
        BlobFacts facts = client.write(Expected.anything("test", TYPE), stream(content));
        assertThat(facts.digest()).isEqualTo(Digest.sha256(content));
        assertThat(facts.size()).isEqualTo(content.length);
        assertThat(read(facts.digest(), 0)).isEqualTo(content);

        byte[] small = bytes(1_234);
        assertThat(client.write(Expected.anything("test", TYPE), stream(small)).digest())
                .isEqualTo(Digest.sha256(small));
        assertThat(client.write(Expected.anything("test", TYPE), stream(new byte[0]))
                        .size())
                .isZero();
        assertThat(read(Digest.sha256(new byte[0]), 0)).isEmpty();
    }

    @Test
    void aWrongDigestOrSizeMakesNothingVisible() throws Exception {
        byte[] content = bytes(50_000);
        Digest other = Digest.sha256(bytes(7));
        assertThatThrownBy(() -> client.write(Expected.exactly("test", TYPE, other, content.length), stream(content)))
                .isInstanceOf(BlobMismatchException.class)
                .hasMessageContaining(other.toString());
        Digest right = Digest.sha256(content);
        for (long size : new long[] {49_999, 50_001}) {
            assertThatThrownBy(() -> client.write(Expected.exactly("test", TYPE, right, size), stream(content)))
                    .isInstanceOf(BlobMismatchException.class);
        }
        assertThat(client.stat(other)).isEmpty();
        assertThat(client.stat(right)).isEmpty();
        assertThatThrownBy(() -> client.open(right, 0)).isInstanceOf(BlobNotFoundException.class);
        assertThat(count("select count(*) from ingests where digest is null")).isZero();
    }

    @Test
    void aSourceThatFailsMakesNothingVisibleAndItsFailureIsTheCallers() throws Exception {
        InputStream failing = new InputStream() {
            private int left = 200_000;

            @Override
            public int read() throws IOException {
                throw new AssertionError("not read byte by byte");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("upstream cut the connection");
                }
                int got = Math.min(left, length);
                left -= got;
                return got;
            }
        };
        assertThatThrownBy(() ->
                        client.write(new Expected("test", TYPE, Optional.empty(), OptionalLong.of(300_000)), failing))
                .isInstanceOf(IOException.class)
                .hasMessage("upstream cut the connection");
        assertThat(count("select count(*) from ingests where digest is null")).isZero();
    }

    @Test
    void ofEqualUploadsAtOneTimeOneIsKeptAndLayerStoredIsToldOnce() throws Exception {
        byte[] content = bytes(400_000);
        Digest digest = Digest.sha256(content);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = IntStream.range(0, 6)
                    .mapToObj(i -> threads.submit(() -> {
                        Ingest ingest = client.begin(Expected.anything("test", TYPE));
                        String tag = ingest.putPart(1, stream(content), content.length);
                        return ingest.complete(digest, content.length, TYPE, List.of(new Part(1, tag)));
                    }))
                    .toList();
            for (var writer : writers) {
                assertThat(writer.get().digest()).isEqualTo(digest);
            }
        }
        assertThat(read(digest, 0)).isEqualTo(content);
        assertThat(count("select count(*) from blobs where digest = '" + digest + "'"))
                .isEqualTo(1);
        assertThat(count("select count(*) from ingests i join doomed_objects d using (object_key) where i.digest = '"
                        + digest + "'"))
                .isEqualTo(5);
    }

    @Test
    void anIngestGoesOnInAnotherProcessAndItsEndIsIdempotent() throws IOException {
        byte[] first = bytes(5 << 20);
        byte[] last = bytes(3);
        Ingest begun = client.begin(Expected.anything("upload:1", TYPE));
        String one = begun.putPart(1, stream(first), first.length);
        Ingest ingest = client.reopen(begun.id(), begun.partSize());
        String two = ingest.putPart(2, stream(last), last.length);
        byte[] whole = Arrays.copyOf(first, first.length + last.length);
        System.arraycopy(last, 0, whole, first.length, last.length);
        Digest digest = Digest.sha256(whole);
        List<Part> parts = List.of(new Part(1, one), new Part(2, two));

        BlobFacts facts = ingest.complete(digest, whole.length, TYPE, parts);
        assertThat(ingest.complete(digest, whole.length, TYPE, parts)).isEqualTo(facts);
        ingest.abort();
        assertThat(read(digest, 0)).isEqualTo(whole);

        Ingest dropped = client.begin(Expected.anything("upload:2", TYPE));
        dropped.abort();
        dropped.abort();
        assertThatThrownBy(() -> client.reopen(dropped.id(), dropped.partSize()).putPart(1, stream(last), last.length))
                .hasMessageContaining("there is no ingest " + dropped.id());
    }

    @Test
    void aKnownBlobIsNotReadAgain() throws IOException {
        byte[] content = bytes(1_000);
        BlobFacts facts = client.write(Expected.anything("test", TYPE), stream(content));
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the blob is there");
            }
        };
        assertThat(client.write(Expected.exactly("test", TYPE, facts.digest(), 1_000), untouched))
                .isEqualTo(facts);
    }

    @Test
    void referencesNameWhatIsMissingAndHoldNothingThen() throws Exception {
        Digest there =
                client.write(Expected.anything("test", TYPE), stream(bytes(60))).digest();
        Digest missing = digestOfNothing();
        assertThatThrownBy(() -> client.put("m-1", References.MANIFEST, "x:1", List.of(there, missing)))
                .isInstanceOfSatisfying(MissingBlobsException.class, e -> assertThat(e.missing())
                        .containsExactly(missing));
        assertThat(count("select count(*) from blob_references where owner_id = 'm-1'"))
                .isZero();
    }

    @Test
    void layersTellWhatIsInThemAndWhoSharesThem() throws IOException {
        Digest blob =
                client.write(Expected.anything("test", TYPE), stream(bytes(70))).digest();
        Digest diffId = Digest.sha256(bytes(71));
        client.tell(diffId, blob, 500, 3);
        client.tell(diffId, blob, 500, 3);
        client.put("m-" + blob.shortHex(), References.MANIFEST, "docker.io/library/redis:latest", List.of(blob));
        client.put("c-" + blob.shortHex(), References.CONTAINER, "cache", List.of(blob));

        assertThat(client.layers(List.of(blob, digestOfNothing())))
                .containsExactly(new LayerFacts.Layer(blob, diffId, 70, 500, 3));
        given().get("/layers/" + diffId)
                .then()
                .statusCode(200)
                .body("diffId", equalTo(diffId.toString()))
                .body("digests", equalTo(List.of(blob.toString())))
                .body("size", equalTo(70))
                .body("unpackedSize", equalTo(500))
                .body("files", equalTo(3))
                .body("users.kind", equalTo(List.of("container", "manifest")))
                .body("users.label", equalTo(List.of("cache", "docker.io/library/redis:latest")));
        given().get("/layers").then().statusCode(200).body("layers.diffId", hasItem(diffId.toString()));

        assertThatThrownBy(() -> client.tell(Digest.sha256(bytes(72)), blob, 500, 3))
                .hasMessageContaining("has the diffID " + diffId);
        assertThatThrownBy(() -> client.tell(diffId, digestOfNothing(), 500, 3))
                .isInstanceOf(BlobNotFoundException.class);
    }

    @Test
    void aContainersReferencesEndWithTheContainer() throws Exception {
        Digest blob =
                client.write(Expected.anything("test", TYPE), stream(bytes(80))).digest();
        String container = "ab".repeat(32);
        client.put(container, References.CONTAINER, "short-lived", List.of(blob));
        QuarkusTransaction.requiringNew().run(() -> outbox.append(new ContainerRemoved(container, "node-1")));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> count("select count(*) from blob_references where owner_id = '" + container + "'") == 0);
        assertThat(client.stat(blob)).isPresent();
    }

    @Test
    void badInputIsAProblemThatNamesIt() {
        given().get("/blobs/sha256:../../x")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", notNullValue());
        given().get("/blobs/" + digestOfNothing())
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:strata:problem:blob-unknown"));
        given().contentType(ContentType.JSON)
                .body("{\"owner\":\"x\",\"digest\":\"sha256:AB\"}")
                .post("/ingests")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
        given().contentType(ContentType.JSON)
                .body("{\"owner\":")
                .post("/ingests")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
        given().contentType(ContentType.JSON)
                .body(Map.of("owner", "x", "size", -1))
                .post("/ingests")
                .then()
                .statusCode(400)
                .body("detail", equalTo("size: -1 is below 0"));
        given().contentType(ContentType.JSON)
                .body(Map.of("kind", "friend", "label", "x", "digests", List.of()))
                .put("/references/x")
                .then()
                .statusCode(400);
        given().get("/layers?limit=2147483648").then().statusCode(400);
        given().get("/ingests/" + UUID.randomUUID() + "/parts/1").then().statusCode(404);
        given().get("/nowhere").then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void healthSaysThatS3AndTheDatabaseAnswer() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("s3"))
                .body("checks.name", hasItem("Database connections health check"));
        given().get("/q/openapi").then().statusCode(200);
        given().get("/q/metrics").then().statusCode(200);
    }

    private long count(String sql) throws Exception {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private byte[] read(Digest digest, long offset) throws IOException {
        try (InputStream content = client.open(digest, offset)) {
            return content.readAllBytes();
        }
    }

    private static Digest digestOfNothing() {
        return Digest.parse("sha256:" + "0".repeat(64));
    }

    private static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
