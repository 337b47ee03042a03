package io.strata.runtime.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.blobs.Expected;
import io.strata.blobs.InMemoryBlobs;
import io.strata.layerfs.ByteString;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarWriter;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.FakeGateway;
import io.strata.runtime.images.FakeLayers;
import io.strata.runtime.images.NewImages;
import io.strata.runtime.images.NodeImages;
import io.strata.runtime.layers.NodeLayer;
import io.strata.runtime.layers.TestLayer;
import io.strata.runtime.routing.EngineJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SaveAndLoadTest {
    private final InMemoryBlobs here = new InMemoryBlobs();
    private final InMemoryBlobs there = new InMemoryBlobs();
    private final FakeLayers layers = new FakeLayers();
    private final byte[] tar;
    private final byte[] blob;
    private final byte[] config;
    private FakeGateway gateway;

    SaveAndLoadTest() throws IOException {
        tar = new TestLayer().file("hello", "world").tar();
        blob = TestLayer.gzip(tar);
        config =
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"unknown\":1,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                                + Digest.sha256(tar) + "\"]}}")
                        .getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        for (byte[] content : List.of(blob, config)) {
            here.write(Expected.anything("test", MediaTypes.OCI_LAYER_GZIP), new ByteArrayInputStream(content));
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private final class OneImage implements NodeImages {
        @Override
        public Image find(String nameOrId) {
            if (nameOrId.equals("gone")) {
                throw new EngineException.NotFound("No such image: gone:latest");
            }
            return new Image(
                    Digest.sha256(config),
                    Digest.sha256(config),
                    "docker.io/library/hello:1",
                    List.of("docker.io/library/hello:1", "docker.io/library/hello:2"),
                    OciJson.read(config, ImageConfig.class),
                    List.of(new NodeLayer(
                            Digest.sha256(blob), Digest.sha256(tar), MediaTypes.DOCKER_LAYER_GZIP, blob.length)));
        }

        @Override
        public List<Path> lowers(Image image) {
            return List.of();
        }
    }

    private byte[] saved(String... names) throws IOException {
        ImageSave save = new ImageSave(new OneImage(), here);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        save.write(save.find(List.of(names)), out);
        return out.toByteArray();
    }

    private List<String> load(byte[] archive) throws IOException {
        List<String> told = new ArrayList<>();
        NewImages images = new NewImages(there, there, there, layers, gateway.client());
        new ImageLoad(images).run(new ByteArrayInputStream(archive), told::add);
        return told;
    }

    /** The gateway takes what it is asked to keep. */
    private void takeAll() {
        gateway.onAny("PUT /commits/", FakeGateway.json(200, "{}"));
        gateway.on("POST /images/" + Digest.sha256(config) + "/tag", FakeGateway.json(201, ""));
    }

    @Test
    void whatWasSavedLoadsElsewhereWithItsNamesAndItsId() throws Exception {
        takeAll();
        List<String> told = load(TestLayer.gzip(saved("hello:1", "hello:2")));

        assertThat(told).containsExactly("Loaded image: hello:1\n", "Loaded image: hello:2\n");
        assertThat(there.digests()).contains(Digest.sha256(blob), Digest.sha256(config));
        assertThat(there.layers(List.of(Digest.sha256(blob)))).hasSize(1);
        FakeGateway.Asked put = gateway.asked().getFirst();
        JsonNode body = EngineJson.tree(put.body());
        assertThat(body.path("repository").asText()).isEqualTo("docker.io/library/hello");
        assertThat(body.path("tag").asText()).isEqualTo("1");
        JsonNode manifest = EngineJson.tree(
                new String(Base64.getDecoder().decode(body.path("manifest").asText()), StandardCharsets.UTF_8));
        assertThat(manifest.at("/config/digest").asText())
                .isEqualTo(Digest.sha256(config).toString());
        assertThat(manifest.at("/layers/0/mediaType").asText()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
        assertThat(gateway.calls().getLast())
                .isEqualTo("POST /images/" + Digest.sha256(config) + "/tag?repo=docker.io%2Flibrary%2Fhello&tag=2");
    }

    @Test
    void anImageThatIsSavedByItsIdHasNoName() throws Exception {
        takeAll();
        assertThat(load(saved(Digest.sha256(config).hex().substring(0, 12))))
                .containsExactly("Loaded image ID: " + Digest.sha256(config) + "\n");
    }

    @Test
    void theSameImageGivesTheSameArchive() throws Exception {
        assertThat(saved("hello:1")).isEqualTo(saved("hello:1"));
        assertThatThrownBy(() -> saved("hello:1", "gone")).isInstanceOf(EngineException.NotFound.class);
    }

    private static byte[] archive(String name, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        writer.entry(TarEntry.file(ByteString.of(name), 0644, bytes.length));
        writer.write(bytes, 0, bytes.length);
        writer.finish();
        return out.toByteArray();
    }

    @Test
    void whatIsNoArchiveOfImagesIsRefusedAndNamesNothing() {
        assertThatThrownBy(() -> load(archive("hello", "world")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("no manifest.json");
        assertThatThrownBy(() -> load(archive(
                        "manifest.json", "[{\"Config\":\"../../etc/passwd\",\"RepoTags\":[\"a:1\"],\"Layers\":[]}]")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("no configuration ../../etc/passwd");
        assertThatThrownBy(() -> load(archive("manifest.json", "[" + "1,".repeat(3_000_000) + "1]")))
                .hasMessageContaining("manifest.json");
        assertThat(gateway.calls()).isEmpty();
    }
}
