package io.strata.gateway.names;

import io.strata.blobs.BlobReader;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.Manifests;
import io.strata.oci.Digest;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Which image a manifest is of, if it is of one that can be run. */
@ApplicationScoped
class RunnableImages {
    private final Manifests manifests;
    private final BlobReader blobs;

    RunnableImages(Manifests manifests, BlobReader blobs) {
        this.manifests = manifests;
        this.blobs = blobs;
    }

    /** What a pushed manifest is of: of an index, the child for the cluster's platform when it is here. */
    Optional<Draft.OfImage> imageOf(String repository, ManifestContent content) throws IOException {
        return switch (content) {
            case ManifestContent.OfImage image -> {
                if (!image.hasImageConfig()) {
                    yield Optional.empty();
                }
                byte[] config = config(image);
                yield ImageContent.of(image, config)
                        .map(i -> new Draft.OfImage(i.id(), content.bytes().digest(), config, Optional.empty()));
            }
            case ManifestContent.OfIndex index ->
                index.index().manifests() == null
                        ? Optional.empty()
                        : index.index()
                                .select(Platform.current())
                                .flatMap(child -> manifests.byDigest(repository, child.digest()))
                                .flatMap(manifests::read)
                                .map(ManifestContent::parse)
                                .flatMap(this::storedImage);
        };
    }

    private Optional<Draft.OfImage> storedImage(ManifestContent child) {
        return child instanceof ManifestContent.OfImage image
                ? manifests
                        .config(image.manifest().config().digest())
                        .map(c -> new Draft.OfImage(
                                image.manifest().config().digest(),
                                child.bytes().digest(),
                                c,
                                Optional.empty()))
                : Optional.empty();
    }

    /** The config's bytes, from the store. */
    byte[] config(ManifestContent.OfImage image) throws IOException {
        Digest digest = image.manifest().config().digest();
        try (InputStream content = blobs.open(digest, 0)) {
            byte[] config = content.readNBytes(OciJson.MAX_MANIFEST_BYTES + 1);
            if (config.length > OciJson.MAX_MANIFEST_BYTES) {
                throw new InvalidManifestException(
                        "the config " + digest + " has more than " + OciJson.MAX_MANIFEST_BYTES + " bytes");
            }
            return config;
        }
    }
}
