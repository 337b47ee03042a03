package io.strata.commit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.commit.errors.CommitException;
import io.strata.oci.Compression;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.History;
import io.strata.oci.ImageConfig;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.RootFs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CommittedImageTest {
    private static final Digest BASE_LAYER = Digest.sha256(new byte[] {1});
    private static final Digest BASE_DIFF = Digest.sha256(new byte[] {2});
    private static final Digest LAYER = Digest.sha256(new byte[] {3});
    private static final Digest DIFF = Digest.sha256(new byte[] {4});
    private static final Instant CREATED = Instant.parse("2026-11-25T16:12:00.123456Z");
    private static final String CONTAINER = "8b".repeat(32);

    private static ContainerConfig config(List<String> env, List<String> entrypoint, List<String> cmd) {
        return new ContainerConfig(
                null, null, env, entrypoint, cmd, null, null, null, Map.of("kept", "1"), null, null, null, null);
    }

    private static ParentImage parent(String manifestType, String layerType) {
        ImageConfig config = new ImageConfig(
                "2026-01-01T00:00:00Z",
                "somebody",
                "arm64",
                "v8",
                "linux",
                null,
                config(List.of("A=1"), null, List.of("catalina.sh", "run")),
                RootFs.of(List.of(BASE_DIFF)),
                List.of(new History("2026-01-01T00:00:00Z", "ADD rootfs", null, null, false)));
        return new ParentImage(manifestType, config, List.of(Descriptor.of(layerType, BASE_LAYER, 100)));
    }

    private static CommittedImage.Recipe recipe(
            ParentImage parent, Optional<Layer> layer, Optional<ContainerConfig> asked, String... changes) {
        return new CommittedImage.Recipe(
                CONTAINER,
                parent,
                layer,
                config(List.of("A=1", "B=2"), null, List.of("catalina.sh", "run")),
                asked,
                Changes.parse(List.of(changes)),
                "cb",
                "add init file",
                CREATED);
    }

    private static final Optional<Layer> ADDED = Optional.of(new Layer(LAYER, 2_048, Compression.NONE, DIFF));
    private static final ParentImage DOCKER = parent(MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_LAYER_GZIP);

    @Test
    void authorCommentParentHistoryAndLayersAreAsDockerWritesThem() {
        CommittedImage image = CommittedImage.of(recipe(DOCKER, ADDED, Optional.empty()));
        assertThat(new String(image.config(), StandardCharsets.UTF_8))
                .isEqualTo("""
                {"architecture":"arm64","author":"cb","config":{"Env":["A=1","B=2"],"Cmd":["catalina.sh","run"],"Labels":{"kept":"1"}},\
                "container":"%s","container_config":{"Env":["A=1","B=2"],"Cmd":["catalina.sh","run"],"Labels":{"kept":"1"}},\
                "created":"2026-11-25T16:12:00.123456Z","history":[{"created":"2026-01-01T00:00:00Z","created_by":"ADD rootfs"},\
                {"created":"2026-11-25T16:12:00.123456Z","created_by":"catalina.sh run","author":"cb","comment":"add init file"}],\
                "os":"linux","rootfs":{"type":"layers","diff_ids":["%s","%s"]},"variant":"v8"}""".formatted(CONTAINER, BASE_DIFF, DIFF));

        Manifest manifest = OciJson.read(image.manifest(), Manifest.class);
        assertThat(manifest.schemaVersion()).isEqualTo(2);
        assertThat(manifest.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST).isEqualTo(image.manifestMediaType());
        assertThat(manifest.config())
                .isEqualTo(
                        Descriptor.of(MediaTypes.DOCKER_CONFIG, Digest.sha256(image.config()), image.config().length));
        assertThat(manifest.layers())
                .containsExactly(
                        Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, BASE_LAYER, 100),
                        Descriptor.of(MediaTypes.DOCKER_LAYER, LAYER, 2_048));
        assertThat(image.imageId()).isEqualTo(Digest.sha256(image.config()));
    }

    @Test
    void theSameCommitGivesTheSameBytes() {
        CommittedImage one = CommittedImage.of(recipe(DOCKER, ADDED, Optional.empty(), "LABEL z=1 y=2 x=3"));
        CommittedImage two = CommittedImage.of(recipe(DOCKER, ADDED, Optional.empty(), "LABEL z=1 y=2 x=3"));
        assertThat(two.config()).isEqualTo(one.config());
        assertThat(two.manifest()).isEqualTo(one.manifest());
    }

    @Test
    void mediaTypesFollowTheParent() {
        ParentImage oci = parent(MediaTypes.OCI_MANIFEST, MediaTypes.OCI_LAYER_ZSTD);
        Manifest manifest = OciJson.read(
                CommittedImage.of(
                                recipe(oci, Optional.of(new Layer(LAYER, 9, Compression.GZIP, DIFF)), Optional.empty()))
                        .manifest(),
                Manifest.class);
        assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(manifest.config().mediaType()).isEqualTo(MediaTypes.OCI_CONFIG);
        assertThat(manifest.layers().getLast().mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
    }

    @Test
    void nothingWrittenIsAnEmptyLayerInHistoryAndNoLayer() {
        for (Optional<Layer> nothing : List.of(
                Optional.<Layer>empty(), Optional.of(new Layer(LAYER, 1_024, Compression.NONE, Digest.EMPTY_TAR)))) {
            CommittedImage image = CommittedImage.of(recipe(DOCKER, nothing, Optional.empty()));
            ImageConfig config = OciJson.read(image.config(), ImageConfig.class);
            assertThat(config.rootfs().diffIds()).containsExactly(BASE_DIFF);
            assertThat(config.history().getLast().emptyLayer()).isTrue();
            assertThat(OciJson.read(image.manifest(), Manifest.class).layers()).hasSize(1);
        }
    }

    @Test
    void whatIsAskedForMergesWithTheContainersConfiguration() {
        ContainerConfig asked = config(List.of("B=3", "C=4"), List.of("/entry"), null);
        ContainerConfig merged = OciJson.read(
                        CommittedImage.of(recipe(DOCKER, ADDED, Optional.of(asked), "LABEL added=2"))
                                .config(),
                        ImageConfig.class)
                .config();
        assertThat(merged.env()).containsExactly("B=3", "C=4", "A=1");
        assertThat(merged.labels()).isEqualTo(Map.of("kept", "1", "added", "2"));
        assertThat(merged.entrypoint()).containsExactly("/entry");
        assertThat(merged.cmd()).isNull();

        ContainerConfig nothing = OciJson.read(
                        CommittedImage.of(recipe(DOCKER, ADDED, Optional.of(ContainerConfig.EMPTY)))
                                .config(),
                        ImageConfig.class)
                .config();
        assertThat(nothing.cmd()).containsExactly("catalina.sh", "run");
    }

    @Test
    void anImageThatWouldBeTooDeepIsRefused() {
        ParentImage deep = new ParentImage(
                MediaTypes.OCI_MANIFEST,
                DOCKER.config(),
                Collections.nCopies(127, Descriptor.of(MediaTypes.OCI_LAYER, BASE_LAYER, 1)));
        assertThatThrownBy(() -> CommittedImage.of(recipe(deep, ADDED, Optional.empty())))
                .isInstanceOf(CommitException.InvalidInput.class)
                .hasMessageStartingWith("max depth exceeded");
    }
}
