package io.strata.gateway.pulls;

import io.strata.blobs.BlobReader;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.Index;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * From a reference to an image that can be run: asks the name's registry, with the caller's credentials and always, as that is what says whether he
 * may have it; takes documents from here when their digest is known.
 */
@ApplicationScoped
class ImageResolution {
    private static final Set<String> LAYERS = Set.of(
            MediaTypes.OCI_LAYER,
            MediaTypes.OCI_LAYER_GZIP,
            MediaTypes.OCI_LAYER_ZSTD,
            MediaTypes.OCI_LAYER_FOREIGN,
            MediaTypes.OCI_LAYER_FOREIGN_GZIP,
            MediaTypes.DOCKER_LAYER,
            MediaTypes.DOCKER_LAYER_GZIP,
            MediaTypes.DOCKER_LAYER_FOREIGN);

    private final UpstreamRegistry registry;
    private final Manifests manifests;
    private final BlobReader blobs;

    ImageResolution(UpstreamRegistry registry, Manifests manifests, BlobReader blobs) {
        this.registry = registry;
        this.manifests = manifests;
        this.blobs = blobs;
    }

    /**
     * @param platform that was asked for; empty for this machine's
     * @throws UpstreamException with Docker's words
     * @throws IOException when the store does not answer
     */
    PulledImage resolve(ImageReference reference, Optional<Platform> platform, Credentials credentials)
            throws IOException {
        Optional<Descriptor> head = registry.head(reference, credentials);
        ManifestBytes named = head.isPresent()
                ? manifest(reference, head.get(), credentials)
                : bytes(registry.manifest(reference, credentials));
        return switch (parse(reference, named)) {
            case ManifestContent.OfImage image -> image(reference, named, image, platform, credentials);
            case ManifestContent.OfIndex index -> {
                Descriptor child = select(index.index(), platform.orElse(Platform.current()));
                ManifestBytes content = manifest(reference, child, credentials);
                if (!(parse(reference, content) instanceof ManifestContent.OfImage image)) {
                    throw invalid(reference, "its index names another index for this platform");
                }
                yield image(reference, named, image, platform, credentials);
            }
        };
    }

    /** Registries may answer a HEAD without a type; then only a GET says it. */
    private ManifestBytes manifest(ImageReference reference, Descriptor wanted, Credentials credentials) {
        if (MediaTypes.isManifest(String.valueOf(wanted.mediaType()))
                || MediaTypes.isIndex(String.valueOf(wanted.mediaType()))) {
            Optional<byte[]> known = manifests.content(wanted.digest());
            if (known.isPresent()) {
                return new ManifestBytes(known.get(), wanted.mediaType(), wanted.digest());
            }
        }
        return bytes(registry.manifest(reference.withDigest(wanted.digest()), credentials));
    }

    private static ManifestBytes bytes(UpstreamManifest manifest) {
        return new ManifestBytes(manifest.content(), manifest.mediaType(), manifest.digest());
    }

    private static ManifestContent parse(ImageReference reference, ManifestBytes bytes) {
        try {
            return ManifestContent.parse(bytes);
        } catch (InvalidManifestException e) {
            throw invalid(reference, e.getMessage());
        }
    }

    private static Descriptor select(Index index, Platform wanted) {
        return Optional.ofNullable(index.manifests())
                .flatMap(some -> index.select(wanted))
                .orElseThrow(() -> new UpstreamException.NotFound(
                        "no matching manifest for " + wanted + " in the manifest list entries"));
    }

    private PulledImage image(
            ImageReference reference,
            ManifestBytes named,
            ManifestContent.OfImage image,
            Optional<Platform> platform,
            Credentials credentials)
            throws IOException {
        if (!image.hasImageConfig()) {
            throw invalid(
                    reference,
                    "its config is a \"" + image.manifest().config().mediaType()
                            + "\", which is no image that can be run");
        }
        for (Descriptor layer : image.layers()) {
            if (!LAYERS.contains(String.valueOf(layer.mediaType()))) {
                throw invalid(reference, "a layer is a \"" + layer.mediaType() + "\", which is no layer of files");
            }
        }
        byte[] config = config(reference, image.manifest().config(), credentials);
        ImageContent content = ImageContent.of(image, config)
                .orElseThrow(() -> invalid(
                        reference,
                        "its config does not describe its " + image.layers().size() + " layers"));
        Platform own = content.config().platform();
        if (platform.isPresent() && !own.fits(platform.get())) {
            throw new UpstreamException.NotFound("image with reference " + reference.familiar()
                    + " was found but its platform (" + own + ") does not match the specified platform ("
                    + platform.get()
                    + ")");
        }
        if (!own.os().equals(Platform.current().os())) {
            throw invalid(reference, "image operating system \"" + own.os() + "\" cannot be used on this platform");
        }
        return new PulledImage(reference, named, image, config, content);
    }

    private byte[] config(ImageReference reference, Descriptor config, Credentials credentials) throws IOException {
        if (config.size() > OciJson.MAX_MANIFEST_BYTES) {
            throw invalid(
                    reference, "its config has " + config.size() + " bytes, more than " + OciJson.MAX_MANIFEST_BYTES);
        }
        Optional<byte[]> known = manifests.config(config.digest());
        if (known.isPresent()) {
            return known.get();
        }
        byte[] content;
        if (blobs.stat(config.digest()).isPresent()) {
            try (InputStream stored = blobs.open(config.digest(), 0)) {
                content = stored.readNBytes(OciJson.MAX_MANIFEST_BYTES);
            }
        } else {
            try (InputStream sent = new UpstreamSource(registry, reference, config, credentials).open(0)) {
                content = sent.readNBytes((int) config.size() + 1);
            } catch (IOException e) {
                if (e.getCause() instanceof UpstreamException why) {
                    throw why;
                }
                throw new UpstreamException.Unreachable(
                        "the config of " + reference.familiar() + " was cut: " + e.getMessage(), e);
            }
        }
        Digest found = Digest.of(config.digest().algorithm(), content);
        if (content.length != config.size() || !found.equals(config.digest())) {
            throw new UpstreamException.Invalid("image config verification failed for digest " + config.digest() + ": "
                    + content.length + " bytes with " + found + " were sent");
        }
        return content;
    }

    private static UpstreamException.Invalid invalid(ImageReference reference, String why) {
        return new UpstreamException.Invalid("the manifest of " + reference.familiar() + " is refused: " + why);
    }
}
