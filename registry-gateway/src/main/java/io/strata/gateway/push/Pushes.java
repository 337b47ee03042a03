package io.strata.gateway.push;

import io.strata.blobs.BlobReader;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.Naming;
import io.strata.gateway.names.StoredImage;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.gateway.upstream.UpstreamPush;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code docker push}: an image of the cluster to the registry of its name, blob by blob out of the store, the manifest last. */
@ApplicationScoped
public class Pushes {
    private final Images images;
    private final Manifests manifests;
    private final Naming naming;
    private final BlobReader blobs;
    private final UpstreamRegistry registry;
    private final PushConfig config;

    Pushes(
            Images images,
            Manifests manifests,
            Naming naming,
            BlobReader blobs,
            UpstreamRegistry registry,
            PushConfig config) {
        this.images = images;
        this.manifests = manifests;
        this.naming = naming;
        this.blobs = blobs;
        this.registry = registry;
        this.config = config;
    }

    /**
     * Pushes a tag, or every tag of the repository; tells each step, and a failure as its last line.
     *
     * @param repository the name without tag
     * @param tag empty for all
     * @throws IOException when nobody listens any more
     */
    void push(ImageReference repository, Optional<String> tag, Credentials credentials, PushSink sink)
            throws IOException, InterruptedException {
        sink.send(PushLine.status("The push refers to repository [" + repository.repository() + "]"));
        try {
            List<StoredImage> all = images.list();
            List<ImageReference> names =
                    tag.map(one -> List.of(repository.withTag(one))).orElseGet(() -> tags(all, repository));
            if (names.isEmpty()) {
                throw noImage(repository);
            }
            for (ImageReference name : names) {
                push(name, all, credentials, sink);
            }
        } catch (UpstreamException e) {
            sink.send(PushLine.error(Optional.ofNullable(e.getMessage())));
        } catch (LayerPush.StoreFailedException e) {
            sink.send(PushLine.error(
                    Optional.of("the layer store does not give what is to be pushed: " + e.getMessage())));
        }
    }

    private static List<ImageReference> tags(List<StoredImage> all, ImageReference repository) {
        return all.stream()
                .flatMap(image -> image.tags().stream())
                .filter(name -> name.repository().equals(repository.repository()))
                .toList();
    }

    private static UpstreamException.NotFound noImage(ImageReference name) {
        return new UpstreamException.NotFound(
                "An image does not exist locally with the tag: " + name.familiarRepository());
    }

    private void push(ImageReference name, List<StoredImage> all, Credentials credentials, PushSink sink)
            throws IOException, InterruptedException {
        Images.Resolved found = images.find(name).orElseThrow(() -> noImage(name));
        ImageContent image = found.image().content();
        Digest digest = found.image().manifest();
        ManifestBytes manifest = manifests
                .content(digest)
                .map(bytes -> new ManifestBytes(bytes, found.mediaType(), digest))
                .orElseThrow(() -> noImage(name));
        UpstreamPush target = registry.push(name, credentials);
        new LayerPush(target, blobs, new MountSources(all, name), config, sink).all(image);
        config(target, image, manifest);
        String tag = name.tag().orElse(ImageReference.DEFAULT_TAG);
        target.putManifest(tag, new UpstreamManifest(manifest.digest(), manifest.mediaType(), manifest.content()));
        naming.pushedUpstream(name, found.named());
        long size = manifest.content().length;
        sink.send(PushLine.status(tag + ": digest: " + manifest.digest() + " size: " + size));
        sink.send(PushLine.result(new PushLine.Result(tag, manifest.digest(), size)));
    }

    private void config(UpstreamPush target, ImageContent image, ManifestBytes manifest) {
        Digest id = image.id();
        if (target.has(id)) {
            return;
        }
        byte[] config = manifests
                .config(id)
                .orElseThrow(() -> new UpstreamException.NotFound("the config of " + manifest.digest() + " is gone"));
        target.put(
                Descriptor.of("application/octet-stream", id, config.length),
                () -> new java.io.ByteArrayInputStream(config));
    }
}
