package io.strata.gateway.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.oci.Descriptor;
import io.strata.oci.Index;
import io.strata.oci.InvalidDigestException;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest's bytes say, once they were found to say one thing only (CVE-2021-41190: bytes that are a manifest to one
 * reader and an index to another).
 */
public sealed interface ManifestContent {
    ManifestBytes bytes();

    /** Blobs that must be in the store: config and layers, without foreign layers. */
    List<Descriptor> blobs();

    /** Manifests that an index names; empty for an image manifest. */
    List<Descriptor> children();

    Optional<Descriptor> subject();

    /** What referrers are filtered by: the manifest's own, else its config's media type. */
    Optional<String> artifactType();

    Map<String, String> annotations();

    record OfImage(ManifestBytes bytes, Manifest manifest) implements ManifestContent {
        @Override
        public List<Descriptor> blobs() {
            List<Descriptor> blobs = new ArrayList<>();
            blobs.add(manifest.config());
            layers().stream()
                    .filter(l -> !MediaTypes.isForeignLayer(String.valueOf(l.mediaType())))
                    .forEach(blobs::add);
            return blobs;
        }

        public List<Descriptor> layers() {
            return manifest.layers() == null ? List.of() : manifest.layers();
        }

        /** Whether the config can be that of an image to run, by its media type. */
        public boolean hasImageConfig() {
            String type = manifest.config().mediaType();
            return MediaTypes.OCI_CONFIG.equals(type) || MediaTypes.DOCKER_CONFIG.equals(type);
        }

        @Override
        public List<Descriptor> children() {
            return List.of();
        }

        @Override
        public Optional<Descriptor> subject() {
            return Optional.ofNullable(manifest.subject());
        }

        @Override
        public Optional<String> artifactType() {
            return Optional.ofNullable(manifest.artifactType())
                    .filter(t -> !t.isEmpty())
                    .or(() -> Optional.ofNullable(manifest.config().mediaType()));
        }

        @Override
        public Map<String, String> annotations() {
            return manifest.annotations() == null ? Map.of() : manifest.annotations();
        }
    }

    record OfIndex(ManifestBytes bytes, Index index) implements ManifestContent {
        @Override
        public List<Descriptor> blobs() {
            return List.of();
        }

        @Override
        public List<Descriptor> children() {
            return index.manifests() == null ? List.of() : index.manifests();
        }

        @Override
        public Optional<Descriptor> subject() {
            return Optional.ofNullable(index.subject());
        }

        @Override
        public Optional<String> artifactType() {
            return Optional.ofNullable(index.artifactType()).filter(t -> !t.isEmpty());
        }

        @Override
        public Map<String, String> annotations() {
            return index.annotations() == null ? Map.of() : index.annotations();
        }
    }

    /** @throws InvalidManifestException saying what is wrong */
    static ManifestContent parse(ManifestBytes bytes) {
        String type = bytes.mediaType();
        if (MediaTypes.DOCKER_SCHEMA1.equals(type) || MediaTypes.DOCKER_SCHEMA1_SIGNED.equals(type)) {
            throw new InvalidManifestException("manifests of schema 1 are not taken: use schema 2 or OCI");
        }
        if (!MediaTypes.isManifest(type) && !MediaTypes.isIndex(type)) {
            throw new InvalidManifestException("the media type '" + type + "' is not of a manifest or an index");
        }
        JsonNode tree = OciJson.read(bytes.content(), JsonNode.class);
        requireOneMeaning(tree, type);
        try {
            return MediaTypes.isIndex(type) ? index(bytes) : image(bytes);
        } catch (InvalidDigestException e) {
            throw new InvalidManifestException(e.getMessage(), e);
        }
    }

    /** Bytes that were parsed before they were kept: only which of the two they are is to be seen. */
    static ManifestContent stored(byte[] content) {
        boolean index = OciJson.read(content, JsonNode.class).has("manifests");
        ManifestBytes bytes = ManifestBytes.of(content, index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
        return index ? index(bytes) : image(bytes);
    }

    private static void requireOneMeaning(JsonNode tree, String type) {
        if (!tree.isObject()) {
            throw new InvalidManifestException("a manifest is a JSON object");
        }
        if (tree.has("fsLayers")
                || tree.has("signatures")
                || tree.path("schemaVersion").asInt() != 2) {
            throw new InvalidManifestException("schemaVersion is not 2; manifests of schema 1 are not taken");
        }
        JsonNode said = tree.path("mediaType");
        if (!said.isMissingNode() && !said.asText().equals(type)) {
            throw new InvalidManifestException(
                    "mediaType is '" + said.asText() + "' in the body and '" + type + "' in Content-Type");
        }
        boolean index = MediaTypes.isIndex(type);
        if (index && (tree.has("layers") || tree.has("config"))) {
            throw new InvalidManifestException("an index has no layers and no config");
        }
        if (!index && tree.has("manifests")) {
            throw new InvalidManifestException("a manifest has no manifests");
        }
    }

    private static OfImage image(ManifestBytes bytes) {
        Manifest manifest = OciJson.read(bytes.content(), Manifest.class);
        if (manifest.config() == null) {
            throw new InvalidManifestException("the manifest has no config");
        }
        OfImage image = new OfImage(bytes, manifest);
        require("config", manifest.config());
        image.layers().forEach(l -> require("a layer", l));
        image.subject().ifPresent(s -> require("subject", s));
        return image;
    }

    private static OfIndex index(ManifestBytes bytes) {
        OfIndex index = new OfIndex(bytes, OciJson.read(bytes.content(), Index.class));
        index.children().forEach(m -> require("a manifest of the index", m));
        index.subject().ifPresent(s -> require("subject", s));
        return index;
    }

    private static void require(String what, Descriptor descriptor) {
        if (descriptor == null || descriptor.digest() == null) {
            throw new InvalidManifestException(what + " has no digest");
        }
        if (descriptor.size() < 0) {
            throw new InvalidManifestException(what + " has the size " + descriptor.size());
        }
    }
}
