package io.strata.runtime.saved;

import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobNotFoundException;
import io.strata.blobs.BlobReader;
import io.strata.layerfs.ByteString;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarWriter;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.Index;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.runtime.images.NodeImages;
import io.strata.runtime.images.NodeImages.Image;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code docker save}: an OCI image layout that has Docker's {@code manifest.json} beside it, as dockerd writes it since 25.
 * Layers are in it as they are stored, compressed or not: every reader of such archives looks at the bytes.
 */
@ApplicationScoped
class ImageSave {
    private static final byte[] LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

    private final NodeImages images;
    private final BlobReader store;

    ImageSave(NodeImages images, BlobReader store) {
        this.images = images;
        this.store = store;
    }

    /** What is saved, and under which names: by an id under none, as Docker does. */
    record Saved(Image image, List<ImageReference> names) {}

    /** @throws io.strata.runtime.errors.EngineException.NotFound when one is not there: before anything is written */
    List<Saved> find(List<String> named) {
        Map<Digest, Saved> found = new LinkedHashMap<>();
        for (String name : named) {
            Image image = images.find(name);
            List<ImageReference> names = new ArrayList<>();
            if (!image.isFoundById(name)) {
                names.add(ImageReference.parse(name));
            }
            found.merge(image.imageId(), new Saved(image, names), (one, more) -> {
                List<ImageReference> all = new ArrayList<>(one.names());
                all.addAll(more.names());
                return new Saved(image, all);
            });
        }
        return List.copyOf(found.values());
    }

    void write(List<Saved> saved, OutputStream out) throws IOException {
        TarWriter tar = new TarWriter(out);
        Set<Digest> written = new HashSet<>();
        tar.entry(TarEntry.directory(ByteString.of("blobs"), 0755));
        tar.entry(TarEntry.directory(ByteString.of("blobs/sha256"), 0755));
        List<Descriptor> manifests = new ArrayList<>();
        List<Map<String, Object>> docker = new ArrayList<>();
        for (Saved one : saved) {
            Image image = one.image();
            BlobFacts config = facts(image.imageId());
            blob(tar, written, config);
            List<Descriptor> layers = new ArrayList<>();
            for (var layer : image.layers()) {
                blob(tar, written, facts(layer.digest()));
                layers.add(Descriptor.of(ociType(layer.mediaType()), layer.digest(), layer.size()));
            }
            byte[] manifest = OciJson.write(Manifest.of(
                    MediaTypes.OCI_MANIFEST,
                    Descriptor.of(MediaTypes.OCI_CONFIG, config.digest(), config.size()),
                    layers));
            Digest digest = Digest.sha256(manifest);
            if (written.add(digest)) {
                file(tar, path(digest), manifest);
            }
            manifests.addAll(described(one, digest, manifest.length));
            docker.add(dockerManifest(one, layers));
        }
        file(tar, "index.json", OciJson.write(new Index(2, MediaTypes.OCI_INDEX, null, manifests, null, null)));
        file(tar, "manifest.json", OciJson.write(docker));
        file(tar, "oci-layout", LAYOUT);
        tar.finish();
    }

    private BlobFacts facts(Digest digest) throws IOException {
        return store.stat(digest).orElseThrow(() -> new BlobNotFoundException(digest));
    }

    private void blob(TarWriter tar, Set<Digest> written, BlobFacts blob) throws IOException {
        if (written.add(blob.digest())) {
            tar.entry(TarEntry.file(ByteString.of(path(blob.digest())), 0644, blob.size()));
            try (InputStream content = store.open(blob.digest(), 0)) {
                tar.write(content);
            }
        }
    }

    private static void file(TarWriter tar, String name, byte[] content) throws IOException {
        tar.entry(TarEntry.file(ByteString.of(name), 0644, content.length));
        tar.write(content, 0, content.length);
    }

    private static String path(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    private static String ociType(String mediaType) {
        return switch (MediaTypes.compressionOf(mediaType)) {
            case NONE -> MediaTypes.OCI_LAYER;
            case GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
        };
    }

    /** One for each name, with the annotations by which containerd and skopeo find it. */
    private static List<Descriptor> described(Saved saved, Digest digest, long size) {
        if (saved.names().isEmpty()) {
            return List.of(Descriptor.of(MediaTypes.OCI_MANIFEST, digest, size));
        }
        return saved.names().stream()
                .map(name -> new Descriptor(
                        MediaTypes.OCI_MANIFEST,
                        digest,
                        size,
                        null,
                        Map.of(
                                "io.containerd.image.name", name.toString(),
                                "org.opencontainers.image.ref.name", name.tagOrDigest()),
                        null,
                        null))
                .toList();
    }

    private static Map<String, Object> dockerManifest(Saved saved, List<Descriptor> layers) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("Config", path(saved.image().imageId()));
        manifest.put(
                "RepoTags",
                saved.names().stream()
                        .filter(name -> name.tag().isPresent())
                        .map(ImageReference::familiar)
                        .toList());
        manifest.put(
                "Layers", layers.stream().map(layer -> path(layer.digest())).toList());
        return manifest;
    }
}
