package io.strata.commit.image;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a committed image. The same commit gives the same bytes, so that a step that is repeated after a crash names the same
 * image.
 */
public record CommittedImage(byte[] config, String configMediaType, byte[] manifest, String manifestMediaType) {
    /** overlayfs takes no more lower directories in one mount's options than this is safe for; moby's own bound. */
    private static final int MAX_LAYERS = 127;

    /** containerd's name for what Docker's own types lack. */
    private static final String DOCKER_LAYER_ZSTD = MediaTypes.DOCKER_LAYER + ".zstd";

    /**
     * What is to be committed.
     *
     * @param layer empty when the container had written nothing
     * @param container the container's own configuration
     * @param asked what the caller wants instead of it, before {@code changes}
     * @param created when the commit was asked for
     */
    public record Recipe(
            String containerId,
            ParentImage parent,
            Optional<Layer> layer,
            ContainerConfig container,
            Optional<ContainerConfig> asked,
            Changes changes,
            String author,
            String comment,
            Instant created) {}

    public Digest imageId() {
        return Digest.sha256(config);
    }

    /** @throws CommitException.InvalidInput when a change cannot be applied, or the image would have too many layers */
    public static CommittedImage of(Recipe recipe) {
        Optional<Layer> layer = recipe.layer().filter(l -> !l.diffId().equals(Digest.EMPTY_TAR));
        byte[] config = OciJson.write(config(recipe, layer));
        boolean docker = isDocker(recipe.parent());
        String configType = docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG;
        String manifestType = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
        List<Descriptor> layers = new ArrayList<>(recipe.parent().layers());
        layer.ifPresent(l -> layers.add(Descriptor.of(layerType(l.compression(), docker), l.digest(), l.size())));
        if (layers.size() > MAX_LAYERS) {
            throw new CommitException.InvalidInput("max depth exceeded: the image would have " + layers.size()
                    + " layers, " + MAX_LAYERS + " are possible");
        }
        Descriptor ofConfig = Descriptor.of(configType, Digest.sha256(config), config.length);
        byte[] manifest = OciJson.write(Manifest.of(manifestType, ofConfig, layers));
        return new CommittedImage(config, configType, manifest, manifestType);
    }

    private static CommittedConfig config(Recipe recipe, Optional<Layer> layer) {
        ImageConfig parent = recipe.parent().config();
        ContainerConfig asked = recipe.changes().applyTo(recipe.asked().orElse(recipe.container()));
        String created = recipe.created().toString();
        List<Digest> diffIds = new ArrayList<>(parent.rootfs().diffIds());
        layer.ifPresent(l -> diffIds.add(l.diffId()));
        List<History> history = new ArrayList<>(parent.history() == null ? List.of() : parent.history());
        List<String> command = recipe.container().cmd();
        history.add(new History(
                created,
                command == null ? null : String.join(" ", command),
                orNull(recipe.author()),
                orNull(recipe.comment()),
                layer.isEmpty()));
        return new CommittedConfig(
                parent.architecture(),
                recipe.author(),
                Merge.of(asked, recipe.container()),
                recipe.containerId(),
                recipe.container(),
                created,
                history,
                parent.os(),
                parent.osVersion(),
                RootFs.of(diffIds),
                parent.variant());
    }

    private static boolean isDocker(ParentImage parent) {
        return parent.mediaType().equals(MediaTypes.DOCKER_MANIFEST)
                || parent.mediaType().equals(MediaTypes.DOCKER_MANIFEST_LIST);
    }

    private static String layerType(Compression compression, boolean docker) {
        return switch (compression) {
            case NONE -> docker ? MediaTypes.DOCKER_LAYER : MediaTypes.OCI_LAYER;
            case GZIP -> docker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> docker ? DOCKER_LAYER_ZSTD : MediaTypes.OCI_LAYER_ZSTD;
        };
    }

    private static String orNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
