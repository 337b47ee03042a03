package io.strata.gateway.manifests;

import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.InvalidDigestException;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import java.util.List;
import java.util.Optional;

/**
 * An image: its config, and the layers that the config's diffIDs are of.
 *
 * @param id     digest of the config
 * @param layers as the manifest describes them, the base first; as many as the config has diffIDs
 */
public record ImageContent(Digest id, ImageConfig config, List<Descriptor> layers) {
    /**
     * @return empty when the bytes are no config of an image with these layers: what a registry keeps, and nobody can run
     */
    public static Optional<ImageContent> of(ManifestContent.OfImage manifest, byte[] config) {
        if (!manifest.hasImageConfig()) {
            return Optional.empty();
        }
        try {
            ImageConfig read = OciJson.read(config, ImageConfig.class);
            List<Digest> diffIds = read.rootfs() == null ? null : read.rootfs().diffIds();
            if (diffIds == null
                    || diffIds.size() != manifest.layers().size()
                    || read.os() == null
                    || read.architecture() == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new ImageContent(manifest.manifest().config().digest(), read, List.copyOf(manifest.layers())));
        } catch (InvalidManifestException | InvalidDigestException noConfig) {
            return Optional.empty();
        }
    }

    public List<Digest> diffIds() {
        return config.rootfs().diffIds();
    }
}
