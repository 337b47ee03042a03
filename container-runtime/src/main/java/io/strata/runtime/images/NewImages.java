package io.strata.runtime.images;

import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobReader;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.LayerFacts;
import io.strata.layerfs.Decompression;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.layers.NodeLayer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Images that come over the engine's endpoint instead of from a registry: {@code docker load} and {@code import}. */
@ApplicationScoped
public class NewImages {
    private final BlobReader reader;
    private final BlobWriter store;
    private final LayerFacts facts;
    private final LayerMounts layers;
    private final RegistryGatewayClient gateway;

    public NewImages(
            BlobReader reader, BlobWriter store, LayerFacts facts, LayerMounts layers, RegistryGatewayClient gateway) {
        this.reader = reader;
        this.store = store;
        this.facts = facts;
        this.layers = layers;
        this.gateway = gateway;
    }

    /** Puts {@code content} into the store, whatever it is. */
    public BlobFacts keep(String mediaType, InputStream content) throws IOException {
        return store.write(Expected.anything("load", mediaType), content);
    }

    /**
     * Registers an image whose layers are in the store. Each layer is read by this node and checked against its diffID first.
     *
     * @param config  the image's configuration as it is: its digest is the image's id
     * @param blobs   of the layers, the base first
     * @param names   none, one or more
     * @return the image's id
     * @throws EngineException.InvalidInput when the configuration does not fit the layers
     */
    public Digest register(byte[] config, List<BlobFacts> blobs, List<ImageReference> names) throws IOException {
        List<Digest> diffIds = diffIdsOf(config);
        if (diffIds.size() != blobs.size()) {
            throw new EngineException.InvalidInput(
                    "invalid manifest, layers length mismatch: expected " + diffIds.size() + ", got " + blobs.size());
        }
        List<Descriptor> descriptors = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) {
            descriptors.add(checked(blobs.get(i), diffIds.get(i)));
        }
        Digest imageId = Digest.sha256(config);
        store.write(
                Expected.exactly("load", MediaTypes.OCI_CONFIG, imageId, config.length),
                new ByteArrayInputStream(config));
        Manifest manifest = Manifest.of(
                MediaTypes.OCI_MANIFEST, Descriptor.of(MediaTypes.OCI_CONFIG, imageId, config.length), descriptors);
        gateway.register(
                "load-" + UUID.randomUUID(),
                names.stream().findFirst(),
                OciJson.write(manifest),
                MediaTypes.OCI_MANIFEST);
        for (ImageReference name : names.stream().skip(1).toList()) {
            gateway.tag(imageId, name);
        }
        return imageId;
    }

    private static List<Digest> diffIdsOf(byte[] config) {
        ImageConfig parsed = OciJson.read(config, ImageConfig.class);
        if (parsed.rootfs() == null || parsed.rootfs().diffIds() == null) {
            throw new EngineException.InvalidInput("invalid image configuration: there is no rootfs in it");
        }
        return parsed.rootfs().diffIds();
    }

    private Descriptor checked(BlobFacts blob, Digest diffId) throws IOException {
        String mediaType = mediaTypeOf(blob);
        LayerMounts.Mounted mounted = layers.ensure(
                new NodeLayer(blob.digest(), diffId, mediaType, blob.size()), () -> reader.open(blob.digest(), 0));
        facts.tell(diffId, blob.digest(), mounted.unpackedSize(), mounted.files());
        return Descriptor.of(mediaType, blob.digest(), blob.size());
    }

    /** By the first bytes: an archive does not say. */
    private String mediaTypeOf(BlobFacts blob) throws IOException {
        try (InputStream content = reader.open(blob.digest(), 0)) {
            return switch (Decompression.detect(content.readNBytes(4))) {
                case NONE -> MediaTypes.OCI_LAYER;
                case GZIP -> MediaTypes.OCI_LAYER_GZIP;
                case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            };
        }
    }
}
