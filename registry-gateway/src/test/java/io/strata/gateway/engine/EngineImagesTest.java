package io.strata.gateway.engine;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.Naming;
import io.strata.gateway.store.TestImage;
import io.strata.local.LocalPartsResource;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalPartsResource.class)
class EngineImagesTest {
    @Inject
    InMemoryBlobs store;

    @Inject
    Naming naming;

    @Inject
    Images images;

    @Inject
    ManifestRows manifests;

    private TestImage pulled(String name, int layers) throws Exception {
        TestImage image = TestImage.of(name, layers).storeIn(store);
        naming.pull(ImageReference.parse(name), image.pulled(), "node-1");
        return image;
    }

    private TestImage committed(String name, TestImage parent) throws Exception {
        List<byte[]> layers = new ArrayList<>(parent.layers());
        layers.add(("written in a container of " + name).getBytes(StandardCharsets.UTF_8));
        TestImage image = TestImage.of(name, layers, "2026-02-02T03:04:05Z").storeIn(store);
        naming.commit(
                "commit-" + name, Optional.of(ImageReference.parse(name)), image.manifest(), Optional.of(parent.id()));
        return image;
    }

    private String heldBy(TestImage image) {
        return images.byId(image.id()).isPresent() ? "held" : "gone";
    }

    @Test
    void inspectAsTheClientsVersionHasIt() throws Exception {
        TestImage image = pulled("inspected", 3);
        for (byte[] layer : image.layers()) {
            store.tell(Digest.sha256(layer), Digest.sha256(layer), 1000, 1);
        }
        given().get("/images/inspected/json")
                .then()
                .statusCode(200)
                .body("Id", equalTo(image.id().toString()))
                .body("RepoTags", contains("inspected:latest"))
                .body("RepoDigests", contains("inspected@" + image.manifest().digest()))
                .body(
                        "RootFS.Layers[2]",
                        equalTo(Digest.sha256(image.layers().get(2)).toString()))
                .body("Size", equalTo(3000))
                .body("Author", equalTo("cb"))
                .body("Comment", equalTo("add init file"))
                .body("Config", not(hasKey("Hostname")))
                .body("$", not(hasKey("VirtualSize")))
                .body("$", not(hasKey("Container")));
        given().header("X-Strata-Api-Version", "1.41")
                .get("/images/docker.io/library/inspected:latest/json")
                .then()
                .statusCode(200)
                .body("VirtualSize", equalTo(3000))
                .body("Container", equalTo(""))
                .body("ContainerConfig.Hostname", equalTo(""))
                .body("Config.Hostname", equalTo(""))
                .body("Config.Cmd", contains("inspected"));
        given().get("/images/not-there/json")
                .then()
                .statusCode(404)
                .contentType("application/json")
                .body("message", equalTo("No such image: not-there:latest"));
    }

    @Test
    void historyNamesTheParentWhereItWasCommittedFrom() throws Exception {
        TestImage parent = pulled("history-parent", 2);
        TestImage child = committed("history-child", parent);
        given().get("/images/history-child/history")
                .then()
                .statusCode(200)
                .body("[0].Id", equalTo(child.id().toString()))
                .body("[0].Tags", contains("history-child:latest"))
                .body("[0].Comment", equalTo("add init file"))
                .body("[0].Size", equalTo(0))
                .body("[1].Id", equalTo(parent.id().toString()))
                .body("[2].Id", equalTo("<missing>"))
                .body("[2].Tags", nullValue());
        given().get("/images/history-child/json")
                .then()
                .body("Parent", equalTo(parent.id().toString()));
    }

    @Test
    void listWithFilters() throws Exception {
        TestImage base = pulled("filtered", 2);
        TestImage made = committed("filtered-made:1", base);
        String one = "find { it.Id == '" + made.id() + "' }";
        given().get("/images/json")
                .then()
                .statusCode(200)
                .body(one + ".RepoTags", contains("filtered-made:1"))
                .body(one + ".RepoDigests", empty())
                .body(one + ".Containers", equalTo(-1))
                .body(one + ".SharedSize", equalTo(-1))
                .body(one + ".ParentId", equalTo(base.id().toString()));
        for (String[] filter : new String[][] {
            {"{\"reference\":{\"filtered-*\":true}}", "only made"},
            {"{\"reference\":[\"filtered-made\"]}", "only made"},
            {"{\"label\":{\"seed=filtered-made:1\":true}}", "only made"},
            {"{\"since\":{\"filtered\":true},\"reference\":{\"filtered*\":true}}", "only made"},
            {"{\"before\":{\"filtered-made:1\":true},\"reference\":{\"filtered*\":true}}", "only base"},
            {"{\"dangling\":{\"true\":true}}", "none"},
            {"{\"until\":{\"2026-01-15\":true},\"reference\":{\"filtered*\":true}}", "only base"}
        }) {
            List<String> ids = given().queryParam("filters", filter[0])
                    .get("/images/json")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("Id");
            assertThat(ids).as(filter[0]).satisfies(found -> {
                assertThat(found.contains(made.id().toString())).isEqualTo(filter[1].equals("only made"));
                assertThat(found.contains(base.id().toString())).isEqualTo(filter[1].equals("only base"));
            });
        }
        given().queryParam("filters", "{\"nonsense\":{\"a\":true}}")
                .get("/images/json")
                .then()
                .statusCode(400)
                .body("message", equalTo("invalid filter 'nonsense'"));
        given().header("X-Strata-Api-Version", "1.41")
                .get("/images/json")
                .then()
                .body(
                        one + ".VirtualSize",
                        equalTo(made.layers().stream().mapToInt(l -> l.length).sum()));
    }

    @Test
    void anImageWithTwoNamesLosesOneAfterTheOther() throws Exception {
        TestImage image = pulled("twice", 2);
        given().post("/images/twice/tag?repo=other/twice&tag=1").then().statusCode(201);
        given().delete("/images/" + image.id())
                .then()
                .statusCode(409)
                .body(
                        "message",
                        equalTo("conflict: unable to delete " + image.id().shortHex()
                                + " (must be forced) - image is referenced in multiple repositories"));
        given().delete("/images/twice")
                .then()
                .statusCode(200)
                .body(
                        "Untagged",
                        contains("twice:latest", "twice@" + image.manifest().digest()))
                .body("Deleted", not(hasItem(image.id().toString())));
        given().get("/images/twice/json").then().statusCode(404);
        given().get("/v2/library/twice/manifests/latest").then().statusCode(404);
        given().get("/images/other/twice:1/json").then().statusCode(200).body("RepoTags", contains("other/twice:1"));
        String last = Digest.sha256(image.layers().get(0)).toString();
        List<String> deleted = given().delete("/images/other/twice:1")
                .then()
                .statusCode(200)
                .body("[0].Untagged", equalTo("other/twice:1"))
                .extract()
                .path("Deleted");
        assertThat(deleted).contains(image.id().toString()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(deleted.indexOf(image.id().toString())).isEqualTo(1);
        assertThat(last).isNotEmpty();
        assertThat(heldBy(image)).isEqualTo("gone");
    }

    @Test
    void aDeletedImagesBlobsAreHeldNoMore() throws Exception {
        TestImage image = pulled("held", 1);
        String owner =
                images.find(ImageReference.parse("held")).orElseThrow().named().toString();
        List<String> owners = io.quarkus.narayana.jta.QuarkusTransaction.requiringNew()
                .call(() -> manifests.list("digest", owner).stream()
                        .map(m -> m.id.toString())
                        .toList());
        assertThat(store.heldBy(owners.getFirst())).contains(image.id());
        given().delete("/images/held").then().statusCode(200);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(store.heldBy(owners.getFirst())).isEmpty());
    }

    @Test
    void aParentStaysWhileImagesAreMadeOfIt() throws Exception {
        TestImage parent = pulled("parent", 1);
        TestImage child = committed("child", parent);
        given().delete("/images/" + parent.id())
                .then()
                .statusCode(409)
                .body(
                        "message",
                        equalTo("conflict: unable to delete " + parent.id().shortHex()
                                + " (cannot be forced) - image has dependent child images"));
        given().delete("/images/parent")
                .then()
                .statusCode(200)
                .body("Deleted", not(hasItem(parent.id().toString())));
        given().get("/images/json").then().body("Id", not(hasItem(parent.id().toString())));
        given().get("/images/json?all=1").then().body("Id", hasItem(parent.id().toString()));
        given().delete("/images/child")
                .then()
                .statusCode(200)
                .body("Deleted", hasItem(child.id().toString()));
        given().queryParam("filters", "{\"dangling\":{\"true\":true}}")
                .get("/images/json")
                .then()
                .body("Id", hasItem(parent.id().toString()));
        given().delete("/images/" + parent.id()).then().statusCode(200);
    }

    @Test
    void namesThatCannotBeAreRefused() throws Exception {
        pulled("tagged", 1);
        given().post("/images/tagged/tag?repo=Upper")
                .then()
                .statusCode(400)
                .body(
                        "message",
                        equalTo("invalid reference format: repository name (library/Upper) must be lowercase"));
        given().post("/images/tagged/tag?repo=x&tag=a%20b")
                .then()
                .statusCode(400)
                .body("message", equalTo("invalid tag format"));
        given().post("/images/tagged/tag?repo=x@" + Digest.EMPTY_TAR).then().statusCode(400);
        given().post("/images/absent/tag?repo=x")
                .then()
                .statusCode(404)
                .body("message", equalTo("No such image: absent:latest"));
    }
}
