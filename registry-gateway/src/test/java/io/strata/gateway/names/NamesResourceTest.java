package io.strata.gateway.names;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.store.TestImage;
import io.strata.local.LocalPartsResource;
import io.strata.oci.ImageReference;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class NamesResourceTest {
    @Inject
    InMemoryBlobs store;

    @Inject
    Naming naming;

    @Inject
    Images images;

    private static Map<String, String> committed(TestImage image, String repository, String tag) {
        return Map.of(
                "repository",
                repository,
                "tag",
                tag,
                "manifest",
                Base64.getEncoder().encodeToString(image.manifest().content()),
                "mediaType",
                image.manifest().mediaType());
    }

    @Test
    void aCommittedImageIsNamedAndResolvesByNameIdAndPrefix() throws Exception {
        TestImage image = TestImage.of("newtomcat", 3).storeIn(store);
        for (int again = 0; again < 2; again++) {
            given().contentType(ContentType.JSON)
                    .body(committed(image, "newtomcat", "1.0"))
                    .put("/commits/c-1/image")
                    .then()
                    .statusCode(200)
                    .body("imageId", equalTo(image.id().toString()))
                    .body("manifest", equalTo(image.manifest().digest().toString()));
        }
        for (String text : new String[] {
            "newtomcat:1.0",
            image.id().toString(),
            image.id().hex(),
            image.id().shortHex(),
            "docker.io/library/newtomcat@" + image.manifest().digest()
        }) {
            given().queryParam("reference", text)
                    .get("/resolve")
                    .then()
                    .statusCode(200)
                    .body("imageId", equalTo(image.id().toString()))
                    .body("mediaType", equalTo(image.manifest().mediaType()))
                    .body("names", hasItem("docker.io/library/newtomcat:1.0"))
                    .body("config.config.Cmd", hasItem("newtomcat"))
                    .body("layers", hasSize(3))
                    .body(
                            "layers[0].diffId",
                            equalTo(io.strata.oci.Digest.sha256(image.layers().get(0))
                                    .toString()));
        }
        given().get("/images")
                .then()
                .statusCode(200)
                .body("imageId", hasItem(image.id().toString()));
    }

    @Test
    void whatIsNotThereIsSaidInDockersWords() {
        given().queryParam("reference", "nothing")
                .get("/resolve")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("No such image: nothing:latest"));
        given().queryParam("reference", "No/Name").get("/resolve").then().statusCode(400);
    }

    @Test
    void aCommitWhoseBlobsAreNotThereNamesNothing() {
        TestImage image = TestImage.of("not stored", 2);
        given().contentType(ContentType.JSON)
                .body(committed(image, "absent", "1"))
                .put("/commits/c-2/image")
                .then()
                .statusCode(404);
        given().queryParam("reference", "absent:1").get("/resolve").then().statusCode(404);
    }

    @Test
    void aCommitsIdIsGoodForOneManifestOnly() throws Exception {
        TestImage first = TestImage.of("first", 1).storeIn(store);
        TestImage second = TestImage.of("second", 1).storeIn(store);
        given().contentType(ContentType.JSON)
                .body(committed(first, "c3", "1"))
                .put("/commits/c-3/image")
                .then()
                .statusCode(200);
        given().contentType(ContentType.JSON)
                .body(committed(second, "c3", "1"))
                .put("/commits/c-3/image")
                .then()
                .statusCode(409);
        assertThat(images.resolve("c3:1").image().id()).isEqualTo(first.id());
    }

    @Test
    void aRefusedNameIsABadRequest() throws Exception {
        TestImage image = TestImage.of("refused", 1).storeIn(store);
        given().contentType(ContentType.JSON)
                .body(committed(image, "Upper", "1"))
                .put("/commits/c-4/image")
                .then()
                .statusCode(400);
        given().contentType(ContentType.JSON)
                .body(committed(image, "x", "a b"))
                .put("/commits/c-4/image")
                .then()
                .statusCode(400);
    }

    @Test
    void aPullThatMovesTheNameLeavesTheOldImageDanglingWithItsDigest() throws Exception {
        TestImage old = TestImage.of("old", 2).storeIn(store);
        TestImage fresh = TestImage.of("fresh", 2).storeIn(store);
        ImageReference name = ImageReference.parse("moved");
        assertThat(naming.pull(name, old.pulled(), "node-1").newer()).isTrue();
        assertThat(naming.pull(name, old.pulled(), "node-1").newer()).isFalse();
        assertThat(images.isUpToDate(name, old.manifest().digest())).isTrue();
        assertThat(naming.pull(name, fresh.pulled(), "node-1").newer()).isTrue();
        StoredImage left = images.byId(old.id()).orElseThrow().image();
        assertThat(left.isDangling()).isTrue();
        assertThat(left.digests())
                .extracting(ImageReference::familiar)
                .containsExactly("moved@" + old.manifest().digest());
        assertThat(images.resolve("moved").image().id()).isEqualTo(fresh.id());
    }
}
