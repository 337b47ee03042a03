package io.strata.commit.commits;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.strata.blobs.Expected;
import io.strata.blobs.InMemoryBlobs;
import io.strata.commit.commits.Fakes.FakeRegistry;
import io.strata.commit.image.ParentImage;
import io.strata.commit.registry.Registry;
import io.strata.events.CloudEventHeaders;
import io.strata.events.CommitEvent;
import io.strata.events.CommitEvent.CommitFailed;
import io.strata.events.CommitEvent.CommitRequested;
import io.strata.events.CommitEvent.ContainerCommitted;
import io.strata.events.ContainerEvent.CapturedLayer;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.events.EventJson;
import io.strata.events.outbox.Outbox;
import io.strata.local.LocalPartsResource;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.RootFs;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The saga over a real Kafka and PostgreSQL; the test is the node. */
@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class CommitServiceTest {
    private static final Digest PARENT = Digest.sha256("parent".getBytes(StandardCharsets.UTF_8));
    private static final Digest BASE = Digest.sha256("base".getBytes(StandardCharsets.UTF_8));
    private static final String CONTAINER = "8b29".repeat(16);
    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    FakeRegistry registry;

    @Inject
    InMemoryBlobs blobs;

    @Inject
    Outbox outbox;

    @Inject
    AgroalDataSource database;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private KafkaConsumer<String, byte[]> node;

    @BeforeEach
    void listen() {
        registry.images.put(
                PARENT,
                new ParentImage(
                        MediaTypes.OCI_MANIFEST,
                        new ImageConfig(
                                "2026-01-01T00:00:00Z",
                                null,
                                "amd64",
                                null,
                                "linux",
                                null,
                                ContainerConfig.EMPTY,
                                RootFs.of(List.of(BASE)),
                                List.of()),
                        List.of(Descriptor.of(MediaTypes.OCI_LAYER, BASE, 10))));
        node = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka, "auto.offset.reset", "latest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = node.partitionsFor("strata.commits").stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        node.assign(partitions);
        node.seekToEnd(partitions);
        partitions.forEach(node::position);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private <E extends CommitEvent> E next(Class<E> type) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<String, byte[]> record : node.poll(Duration.ofMillis(100))) {
                String ce = new String(
                        record.headers().lastHeader(CloudEventHeaders.TYPE).value(), StandardCharsets.UTF_8);
                if (ce.equals(EventJson.TYPE_PREFIX + type.getSimpleName())) {
                    E event = type.cast(EventJson.read(ce, record.value()).orElseThrow());
                    assertThat(record.key()).isEqualTo(event.commitId());
                    return event;
                }
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " within " + SOON);
    }

    private static CompletableFuture<Response> commit(Map<String, ?> more) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> answer.complete(given().queryParam("node", "node-1")
                        .queryParam("containerId", CONTAINER)
                        .queryParam("parent", PARENT.toString())
                        .queryParams(more)
                        .contentType(ContentType.JSON)
                        .body("null")
                        .post("/commit")));
        return answer;
    }

    private CapturedLayer capture(String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Digest digest = blobs.write(Expected.anything("test", MediaTypes.OCI_LAYER), new ByteArrayInputStream(bytes))
                .digest();
        return new CapturedLayer(digest, bytes.length, MediaTypes.OCI_LAYER, digest, 5, 1);
    }

    private void answer(CommitRequested asked, CapturedLayer layer) {
        ContainerConfig config = new ContainerConfig(
                null,
                null,
                List.of("A=1"),
                null,
                List.of("catalina.sh", "run"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        QuarkusTransaction.requiringNew()
                .run(() ->
                        outbox.append(new WritableLayerCaptured(CONTAINER, "node-1", asked.commitId(), layer, config)));
    }

    private static Response of(CompletableFuture<Response> answer) throws Exception {
        return answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aCommitIsAskedOfTheNodeWrittenNamedToldAndAnswered() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of(
                "repo", "docker.io/library/newtomcat",
                "tag", "1.0",
                "author", "cb",
                "comment", "add init file",
                "changes", List.of("LABEL kind=test", "ENV B=2")));
        CommitRequested asked = next(CommitRequested.class);
        assertThat(asked.containerId()).isEqualTo(CONTAINER);
        assertThat(asked.node()).isEqualTo("node-1");
        assertThat(asked.pause()).isTrue();
        CapturedLayer layer = capture("layer of the first");
        answer(asked, layer);

        Response response = of(answer);
        assertThat(response.statusCode()).isEqualTo(201);
        Digest imageId = Digest.parse(response.path("Id"));
        ContainerCommitted committed = next(ContainerCommitted.class);
        assertThat(committed.commitId()).isEqualTo(asked.commitId());
        assertThat(committed.imageId()).isEqualTo(imageId);
        assertThat(committed.repository()).isEqualTo("docker.io/library/newtomcat");
        assertThat(committed.tag()).isEqualTo("1.0");
        assertThat(committed.layer()).isEqualTo(layer.digest());

        ImageConfig config = OciJson.read(blobs.open(imageId, 0).readAllBytes(), ImageConfig.class);
        assertThat(config.author()).isEqualTo("cb");
        assertThat(config.config().env()).containsExactly("A=1", "B=2");
        assertThat(config.config().labels()).containsEntry("kind", "test");
        assertThat(config.rootfs().diffIds()).containsExactly(BASE, layer.diffId());
        assertThat(config.history().getLast().createdBy()).isEqualTo("catalina.sh run");
        byte[] manifest = registry.manifests.get(asked.commitId());
        assertThat(Digest.sha256(manifest)).isEqualTo(committed.manifest());
        assertThat(OciJson.read(manifest, Manifest.class).layers()).hasSize(2);
        assertThat(registry.names.get(asked.commitId()))
                .isEqualTo(new Registry.Name("docker.io/library/newtomcat", "1.0"));

        given().get("/commits/" + asked.commitId())
                .then()
                .statusCode(200)
                .body("state", equalTo("COMMITTED"))
                .body("imageId", equalTo(imageId.toString()))
                .body("comment", equalTo("add init file"));
        given().get("/commits?limit=1")
                .then()
                .statusCode(200)
                .body("commits[0].id", equalTo(asked.commitId()))
                .body("next", notNullValue());
    }

    @Test
    void anAnswerThatComesTwiceHasOneEffect() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of("pause", "0"));
        CommitRequested asked = next(CommitRequested.class);
        assertThat(asked.pause()).isFalse();
        answer(asked, null);
        answer(asked, capture("told late"));
        Response response = of(answer);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(next(ContainerCommitted.class).layer()).isNull();
        ImageConfig config =
                OciJson.read(blobs.open(Digest.parse(response.path("Id")), 0).readAllBytes(), ImageConfig.class);
        assertThat(config.history().getLast().emptyLayer()).isTrue();
        assertThat(registry.names).doesNotContainKey(asked.commitId());
    }

    @Test
    void whatTheNodeRefusesIsTheAnswerAndIsTold() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of("repo", "x", "tag", "1"));
        CommitRequested asked = next(CommitRequested.class);
        QuarkusTransaction.requiringNew()
                .run(() -> outbox.append(new WritableLayerRefused(
                        CONTAINER, "node-1", asked.commitId(), 409, "You cannot commit container x which is Dead")));
        Response response = of(answer);
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.<String>path("message")).isEqualTo("You cannot commit container x which is Dead");
        CommitFailed failed = next(CommitFailed.class);
        assertThat(failed.status()).isEqualTo(409);
        assertThat(registry.manifests).doesNotContainKey(asked.commitId());
    }

    @Test
    void aNameThatTheRegistryRefusesFailsTheCommit() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of("repo", "refused"));
        answer(next(CommitRequested.class), capture("refused"));
        Response response = of(answer);
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.<String>path("message")).isEqualTo("the name is refused");
        assertThat(next(CommitFailed.class).reason()).isEqualTo("the name is refused");
    }

    @Test
    void aRegistryThatIsAwayForAMomentIsAskedAgain() throws Exception {
        registry.failures.set(1);
        CompletableFuture<Response> answer = commit(Map.of("repo", "later"));
        answer(next(CommitRequested.class), capture("later"));
        assertThat(of(answer).statusCode()).isEqualTo(201);
    }

    @Test
    void aCommitWhoseServiceDiedIsTakenUpFromItsRow() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of("repo", "resumed"));
        CommitRequested first = next(CommitRequested.class);
        // Nobody answered; the time to ask again has come.
        execute("update commits set next_try = now() where id = '" + first.commitId() + "'");
        CommitRequested again = next(CommitRequested.class);
        assertThat(again).isEqualTo(first);
        // The answer was noted, and the process died before it went on.
        CapturedLayer layer = capture("resumed");
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(
                        "update commits set state = 'CAPTURED', layer = ?, next_try = now(), deadline = now() + interval '1 minute' where id = ?")) {
            update.setString(1, new String(OciJson.write(layer), StandardCharsets.UTF_8));
            update.setObject(2, UUID.fromString(first.commitId()));
            update.executeUpdate();
        }
        assertThat(of(answer).statusCode()).isEqualTo(201);
        assertThat(next(ContainerCommitted.class).layer()).isEqualTo(layer.digest());
    }

    @Test
    void aNodeThatNeverAnswersIsGivenUp() throws Exception {
        CompletableFuture<Response> answer = commit(Map.of("repo", "never"));
        CommitRequested asked = next(CommitRequested.class);
        execute("update commits set next_try = now(), deadline = now() where id = '" + asked.commitId() + "'");
        Response response = of(answer);
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.<String>path("message")).contains("node-1 did not capture the container");
        assertThat(next(CommitFailed.class).commitId()).isEqualTo(asked.commitId());
    }

    @Test
    void badInputChangesNothing() throws Exception {
        long before = count();
        for (Map<String, ?> bad : List.of(
                Map.of("changes", List.of("RUN rm -rf /")),
                Map.of("changes", List.of("EXPOSE 99999")),
                Map.of("repo", "Upper/Case"),
                Map.of("repo", "x", "tag", "not a tag"),
                Map.of("repo", "x@" + PARENT),
                Map.of("author", "a\0b"))) {
            Response response = of(commit(bad));
            assertThat(response.statusCode()).as(bad.toString()).isEqualTo(400);
            assertThat(response.<String>path("message")).isNotBlank();
        }
        given().queryParam("node", "node-1")
                .queryParam("containerId", "8b29")
                .queryParam("parent", PARENT.toString())
                .post("/commit")
                .then()
                .statusCode(400);
        given().queryParam("node", "node-1")
                .queryParam("containerId", CONTAINER)
                .queryParam("parent", PARENT.toString())
                .contentType(ContentType.JSON)
                .body("{\"Cmd\":7")
                .post("/commit")
                .then()
                .statusCode(400)
                .body("message", notNullValue());
        assertThat(count()).isEqualTo(before);
        given().get("/commits/nothing").then().statusCode(404).contentType("application/problem+json");
        given().get("/commits?limit=0").then().statusCode(400).contentType("application/problem+json");
    }

    private void execute(String sql) throws Exception {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count() throws Exception {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from commits")) {
            row.next();
            return row.getLong(1);
        }
    }
}
