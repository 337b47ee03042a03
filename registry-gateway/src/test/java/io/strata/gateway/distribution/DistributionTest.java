package io.strata.gateway.distribution;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.store.TestImage;
import io.strata.local.LocalPartsResource;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.Index;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class DistributionTest {
    @Inject
    InMemoryBlobs store;

    private static RequestSpecification bytes(byte[] content) {
        return given().contentType("application/octet-stream").body(content);
    }

    private static void upload(String name, byte[] content) {
        bytes(content)
                .queryParam("digest", Digest.sha256(content).toString())
                .post("/v2/" + name + "/blobs/uploads/")
                .then()
                .statusCode(201)
                .header("Docker-Content-Digest", Digest.sha256(content).toString());
    }

    private static TestImage push(String name, String tag, TestImage image) {
        upload(name, image.config());
        image.layers().forEach(l -> upload(name, l));
        put(name, tag, image.manifest().mediaType(), image.manifest().content())
                .then()
                .statusCode(201)
                .header("Docker-Content-Digest", image.manifest().digest().toString());
        return image;
    }

    private static Response put(String name, String reference, String type, byte[] content) {
        return given().header("Content-Type", type).body(content).put("/v2/" + name + "/manifests/" + reference);
    }

    private static String location(Response answer) {
        return answer.getHeader("Location");
    }

    @Test
    void aPushedImageIsServedByteForByteByTagAndDigest() {
        TestImage image = push("pushed/one", "1.0", TestImage.of("pushed one", 2));
        for (String reference : List.of("1.0", image.manifest().digest().toString())) {
            byte[] served = given().get("/v2/pushed/one/manifests/" + reference)
                    .then()
                    .statusCode(200)
                    .header("Content-Type", image.manifest().mediaType())
                    .header("Docker-Content-Digest", image.manifest().digest().toString())
                    .extract()
                    .asByteArray();
            assertThat(served).isEqualTo(image.manifest().content());
            given().head("/v2/pushed/one/manifests/" + reference)
                    .then()
                    .statusCode(200)
                    .header("Content-Length", String.valueOf(image.manifest().content().length));
        }
        given().get("/v2/pushed/one/tags/list").then().statusCode(200).body("tags", contains("1.0"));
        given().queryParam("reference", "pushed/one:1.0").get("/resolve").then().statusCode(200);
    }

    @Test
    void theNameOfARegistryComesInThePathOrAsNamespace() {
        push("quay.io/org/name", "1", TestImage.of("elsewhere", 1));
        given().queryParam("ns", "quay.io")
                .get("/v2/org/name/manifests/1")
                .then()
                .statusCode(200);
        push("library/short", "1", TestImage.of("short", 1));
        given().get("/v2/short/manifests/1").then().statusCode(200);
    }

    @Test
    void chunksGoInOrderAndTheBlobAppearsOnlyWithItsDigest() {
        byte[] content = new byte[3000];
        new Random(1).nextBytes(content);
        String digest = Digest.sha256(content).toString();
        String session = location(given().post("/v2/chunks/a/blobs/uploads/")
                .then()
                .statusCode(202)
                .extract()
                .response());
        session = location(bytes(Arrays.copyOf(content, 1000))
                .header("Content-Range", "0-999")
                .patch(session)
                .then()
                .statusCode(202)
                .header("Range", "0-999")
                .extract()
                .response());
        bytes(Arrays.copyOfRange(content, 2000, 3000))
                .header("Content-Range", "2000-2999")
                .patch(session)
                .then()
                .statusCode(416);
        given().get(session).then().statusCode(204).header("Range", "0-999");
        session = location(bytes(Arrays.copyOfRange(content, 1000, 2000))
                .patch(session)
                .then()
                .statusCode(202)
                .extract()
                .response());
        given().get("/v2/chunks/a/blobs/" + digest)
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("BLOB_UNKNOWN"));
        bytes(Arrays.copyOfRange(content, 2000, 3000))
                .header("Content-Range", "2000-2999")
                .queryParam("digest", digest)
                .put(session)
                .then()
                .statusCode(201);
        given().get(session).then().statusCode(404).body("errors[0].code", equalTo("BLOB_UPLOAD_UNKNOWN"));
        assertThat(given().get("/v2/chunks/a/blobs/" + digest).asByteArray()).isEqualTo(content);
    }

    @Test
    void aLargeUploadGoesOutInPartsWhileItComes() {
        byte[] content = new byte[20 << 20];
        new Random(2).nextBytes(content);
        String digest = Digest.sha256(content).toString();
        String session = location(given().post("/v2/large/a/blobs/uploads/"));
        session = location(bytes(Arrays.copyOf(content, 13 << 20))
                .patch(session)
                .then()
                .statusCode(202)
                .extract()
                .response());
        session = location(bytes(Arrays.copyOfRange(content, 13 << 20, content.length))
                .patch(session)
                .then()
                .statusCode(202)
                .extract()
                .response());
        given().queryParam("digest", digest).put(session).then().statusCode(201);
        assertThat(given().get("/v2/large/a/blobs/" + digest).asByteArray()).isEqualTo(content);
    }

    @Test
    void aWrongDigestStoresNothing() {
        byte[] content = "right".getBytes(StandardCharsets.UTF_8);
        String other = Digest.sha256("wrong".getBytes(StandardCharsets.UTF_8)).toString();
        bytes(content)
                .queryParam("digest", other)
                .post("/v2/wrong/a/blobs/uploads/")
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
        String session = location(given().post("/v2/wrong/a/blobs/uploads/"));
        bytes(content).queryParam("digest", other).put(session).then().statusCode(400);
        given().head("/v2/wrong/a/blobs/" + other).then().statusCode(404);
        assertThat(store.digests()).doesNotContain(Digest.parse(other));
    }

    @Test
    void aBlobOfAnotherRepositoryCannotBeHadByItsDigest() {
        byte[] secret = "a secret of one repository".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.sha256(secret);
        upload("has/it", secret);
        given().get("/v2/wants/it/blobs/" + digest).then().statusCode(404);
        bytes("guess".getBytes(StandardCharsets.UTF_8))
                .queryParam("digest", digest.toString())
                .post("/v2/wants/it/blobs/uploads/")
                .then()
                .statusCode(400);
        given().get("/v2/wants/it/blobs/" + digest).then().statusCode(404);
        given().queryParam("mount", digest.toString())
                .queryParam("from", "has/it")
                .post("/v2/wants/it/blobs/uploads/")
                .then()
                .statusCode(201);
        given().get("/v2/wants/it/blobs/" + digest).then().statusCode(200);
        given().delete("/v2/wants/it/blobs/" + digest).then().statusCode(202);
        given().get("/v2/wants/it/blobs/" + digest).then().statusCode(404);
    }

    @Test
    void rangesOfABlob() {
        byte[] content = "0123456789".getBytes(StandardCharsets.UTF_8);
        upload("ranges/a", content);
        String path = "/v2/ranges/a/blobs/" + Digest.sha256(content);
        assertThat(given().header("Range", "bytes=2-4")
                        .get(path)
                        .then()
                        .statusCode(206)
                        .header("Content-Range", "bytes 2-4/10")
                        .extract()
                        .asString())
                .isEqualTo("234");
        assertThat(given().header("Range", "bytes=-3").get(path).asString()).isEqualTo("789");
        assertThat(given().header("Range", "bytes=7-").get(path).asString()).isEqualTo("789");
        given().header("Range", "bytes=10-").get(path).then().statusCode(416).header("Content-Range", "bytes */10");
        given().head(path).then().statusCode(200).header("Content-Length", "10").header("Accept-Ranges", "bytes");
    }

    @Test
    void sha512AndTheEmptyBlob() {
        byte[] content = "other algorithm".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(Digest.SHA512, content);
        String session = location(given().post("/v2/algorithms/a/blobs/uploads/"));
        session = location(bytes(content).patch(session));
        given().queryParam("digest", digest.toString()).put(session).then().statusCode(201);
        assertThat(given().get("/v2/algorithms/a/blobs/" + digest).asByteArray())
                .isEqualTo(content);
        session = location(given().post("/v2/algorithms/a/blobs/uploads/"));
        given().queryParam("digest", Digest.sha256(new byte[0]).toString())
                .put(session)
                .then()
                .statusCode(201);
        given().get("/v2/algorithms/a/blobs/" + Digest.sha256(new byte[0]))
                .then()
                .statusCode(200)
                .header("Content-Length", "0");
    }

    @Test
    void aManifestWhoseBlobsAreNotInTheRepositoryIsRefused() {
        TestImage image = TestImage.of("elsewhere only", 2);
        push("has/all", "1", image);
        push("has/nothing", "0", TestImage.of("hosted, so that no upstream is asked", 1));
        put("has/nothing", "1", image.manifest().mediaType(), image.manifest().content())
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_BLOB_UNKNOWN"));
        given().get("/v2/has/nothing/manifests/1")
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("MANIFEST_UNKNOWN"));
    }

    @Test
    void aManifestAboveTheCapIsRefusedWithoutAndWithALength() throws Exception {
        byte[] huge = new byte[OciJson.MAX_MANIFEST_BYTES + 1];
        Arrays.fill(huge, (byte) ' ');
        put("cap/a", "1", MediaTypes.OCI_MANIFEST, huge).then().statusCode(413);
        HttpRequest chunked = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + io.restassured.RestAssured.port + "/v2/cap/a/manifests/1"))
                .header("Content-Type", MediaTypes.OCI_MANIFEST)
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(huge)))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(chunked, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("SIZE_INVALID");
        }
    }

    @Test
    void bytesWithTwoMeaningsAreRefused() {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        push("confused/a", "0", TestImage.of("hosted, so that no upstream is asked", 1));
        upload("confused/a", config);
        String descriptor = "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"" + Digest.sha256(config)
                + "\",\"size\":2}";
        String both = "{\"schemaVersion\":2,\"config\":" + descriptor + ",\"layers\":[],\"manifests\":[]}";
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":"
                + descriptor + ",\"layers\":[]}";
        String twice =
                "{\"schemaVersion\":2,\"config\":" + descriptor + ",\"config\":" + descriptor + ",\"layers\":[]}";
        String schema1 = "{\"schemaVersion\":1,\"fsLayers\":[],\"signatures\":[]}";
        for (String[] hostile : new String[][] {
            {MediaTypes.OCI_MANIFEST, both},
            {MediaTypes.OCI_INDEX, both},
            {MediaTypes.OCI_INDEX, manifest},
            {MediaTypes.DOCKER_MANIFEST, manifest},
            {MediaTypes.OCI_MANIFEST, twice},
            {MediaTypes.OCI_MANIFEST, "null"},
            {MediaTypes.OCI_MANIFEST, "[]"},
            {MediaTypes.OCI_MANIFEST, "{"},
            {MediaTypes.DOCKER_SCHEMA1, schema1},
            {MediaTypes.DOCKER_SCHEMA1_SIGNED, schema1},
            {MediaTypes.OCI_MANIFEST, schema1},
            {"text/plain", manifest}
        }) {
            put("confused/a", "1", hostile[0], hostile[1].getBytes(StandardCharsets.UTF_8))
                    .then()
                    .statusCode(400)
                    .body("errors[0].code", equalTo("MANIFEST_INVALID"));
        }
        given().get("/v2/confused/a/manifests/1").then().statusCode(404);
        put("confused/a", "1", MediaTypes.OCI_MANIFEST, manifest.getBytes(StandardCharsets.UTF_8))
                .then()
                .statusCode(201);
    }

    @Test
    void digestsThatAreNoneAreRefused() {
        for (String digest : List.of(
                "sha256:..%2f..%2fx",
                "sha256:ABCDEF" + "0".repeat(58), "sha256:00", "md5:" + "0".repeat(32), "sha256:" + "g".repeat(64))) {
            given().urlEncodingEnabled(false)
                    .get("/v2/digests/a/blobs/" + digest)
                    .then()
                    .statusCode(400)
                    .body("errors[0].code", equalTo("DIGEST_INVALID"));
            given().urlEncodingEnabled(false)
                    .get("/v2/digests/a/manifests/" + digest)
                    .then()
                    .statusCode(400);
        }
        given().get("/v2/Upper/blobs/" + Digest.EMPTY_TAR)
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("NAME_INVALID"));
    }

    @Test
    void aDigestInThePathMustBeThatOfTheBytes() {
        TestImage image = push("pinned/a", "1", TestImage.of("pinned", 1));
        put(
                        "pinned/a",
                        Digest.EMPTY_TAR.toString(),
                        image.manifest().mediaType(),
                        image.manifest().content())
                .then()
                .statusCode(400)
                .body("errors[0].code", equalTo("DIGEST_INVALID"));
    }

    @Test
    void listsArePagedAsBytesSort() {
        TestImage image = push("paged/a", "b", TestImage.of("paged", 1));
        for (String tag : List.of("B", "a", "10", "2")) {
            put("paged/a", tag, image.manifest().mediaType(), image.manifest().content())
                    .then()
                    .statusCode(201);
        }
        given().get("/v2/paged/a/tags/list").then().body("tags", contains("10", "2", "B", "a", "b"));
        given().get("/v2/paged/a/tags/list?n=2")
                .then()
                .body("tags", contains("10", "2"))
                .header("Link", "</v2/paged/a/tags/list?n=2&last=2>; rel=\"next\"");
        given().get("/v2/paged/a/tags/list?n=2&last=2").then().body("tags", contains("B", "a"));
        given().get("/v2/paged/a/tags/list?n=0").then().body("tags", hasSize(0)).header("Link", (String) null);
        given().get("/v2/paged/a/tags/list?n=2147483647").then().statusCode(200).body("tags", hasSize(5));
        given().get("/v2/paged/a/tags/list?n=-1").then().statusCode(400);
        given().get("/v2/nobody/knows/tags/list")
                .then()
                .statusCode(404)
                .body("errors[0].code", equalTo("NAME_UNKNOWN"));
        given().get("/v2/_catalog").then().statusCode(200);
    }

    @Test
    void whatIsDeletedIsGoneAtOnceAndStaysGone() {
        TestImage image = push("deleted/a", "1", TestImage.of("deleted", 1));
        put("deleted/a", "2", image.manifest().mediaType(), image.manifest().content())
                .then()
                .statusCode(201);
        given().delete("/v2/deleted/a/manifests/1").then().statusCode(202);
        given().get("/v2/deleted/a/manifests/1").then().statusCode(404);
        given().get("/v2/deleted/a/manifests/2").then().statusCode(200);
        given().delete("/v2/deleted/a/manifests/" + image.manifest().digest())
                .then()
                .statusCode(202);
        given().get("/v2/deleted/a/manifests/2").then().statusCode(404);
        given().get("/v2/deleted/a/manifests/" + image.manifest().digest())
                .then()
                .statusCode(404);
        given().delete("/v2/deleted/a/manifests/" + image.manifest().digest())
                .then()
                .statusCode(404);
    }

    @Test
    void referrersAreFoundByTheirSubjectAlsoBeforeItIsThere() {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        upload("refers/a", config);
        Digest subject = Digest.sha256("a manifest to come".getBytes(StandardCharsets.UTF_8));
        byte[] artifact = OciJson.write(new Manifest(
                2,
                MediaTypes.OCI_MANIFEST,
                "application/x-signature",
                Descriptor.of(MediaTypes.OCI_EMPTY, Digest.sha256(config), 2),
                List.of(),
                Descriptor.of(MediaTypes.OCI_MANIFEST, subject, 7),
                java.util.Map.of("a", "b")));
        put("refers/a", Digest.sha256(artifact).toString(), MediaTypes.OCI_MANIFEST, artifact)
                .then()
                .statusCode(201)
                .header("OCI-Subject", subject.toString());
        given().get("/v2/refers/a/referrers/" + subject)
                .then()
                .statusCode(200)
                .contentType(MediaTypes.OCI_INDEX)
                .body("manifests[0].digest", equalTo(Digest.sha256(artifact).toString()))
                .body("manifests[0].artifactType", equalTo("application/x-signature"))
                .body("manifests[0].annotations.a", equalTo("b"));
        given().get("/v2/refers/a/referrers/" + subject + "?artifactType=other")
                .then()
                .statusCode(200)
                .header("OCI-Filters-Applied", "artifactType")
                .body("manifests", hasSize(0));
        given().get("/v2/refers/a/referrers/sha256:0").then().statusCode(400);
    }

    @Test
    void anIndexIsTheImageOfThisMachinesPlatform() {
        TestImage image = TestImage.of("of the index", 2);
        push("indexed/a", image.manifest().digest().toString(), image);
        Platform here = Platform.current();
        byte[] index = OciJson.write(new Index(
                2,
                MediaTypes.OCI_INDEX,
                null,
                List.of(new Descriptor(
                        image.manifest().mediaType(),
                        image.manifest().digest(),
                        image.manifest().content().length,
                        null,
                        null,
                        here,
                        null)),
                null,
                null));
        put("indexed/a", "1", MediaTypes.OCI_INDEX, index).then().statusCode(201);
        given().queryParam("reference", "indexed/a:1")
                .get("/resolve")
                .then()
                .statusCode(200)
                .body("imageId", equalTo(image.id().toString()))
                .body("manifest", equalTo(image.manifest().digest().toString()));
        given().get("/v2/indexed/a/manifests/1")
                .then()
                .header("Docker-Content-Digest", Digest.sha256(index).toString());
    }
}
