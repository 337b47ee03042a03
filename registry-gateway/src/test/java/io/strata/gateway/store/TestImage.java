package io.strata.gateway.store;

import io.strata.blobs.Expected;
import io.strata.blobs.InMemoryBlobs;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Origin;
import io.strata.gateway.names.NewImage;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.History;
import io.strata.oci.ImageConfig;
import io.strata.oci.Manifest;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.RootFs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small image, byte for byte known by its seed: layers of text, a config, a manifest. */
public record TestImage(ManifestBytes manifest, byte[] config, List<byte[]> layers) {
    public static TestImage of(String seed, int layers) {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            contents.add(("layer " + i + " of " + (i == 0 ? "a common base" : seed)).getBytes(StandardCharsets.UTF_8));
        }
        return of(seed, contents, "2026-01-02T03:04:05.123456789Z");
    }

    public static TestImage of(String seed, List<byte[]> contents, String created) {
        List<Digest> diffIds = contents.stream().map(Digest::sha256).toList();
        List<History> history = new ArrayList<>();
        contents.forEach(c -> history.add(new History(created, "RUN " + seed, null, null, false)));
        history.add(new History(created, "CMD [\"" + seed + "\"]", "cb", "add init file", true));
        ContainerConfig run = new ContainerConfig(
                null,
                null,
                List.of("PATH=/bin"),
                null,
                List.of(seed),
                null,
                null,
                "/",
                Map.of("seed", seed),
                null,
                null,
                null,
                null);
        byte[] config = OciJson.write(
                new ImageConfig(created, "cb", "amd64", null, "linux", null, run, RootFs.of(diffIds), history));
        List<Descriptor> descriptors = contents.stream()
                .map(c -> Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(c), c.length))
                .toList();
        byte[] manifest = OciJson.write(Manifest.of(
                MediaTypes.OCI_MANIFEST,
                Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length),
                descriptors));
        return new TestImage(ManifestBytes.of(manifest, MediaTypes.OCI_MANIFEST), config, contents);
    }

    public Digest id() {
        return Digest.sha256(config);
    }

    public TestImage storeIn(InMemoryBlobs store) throws IOException {
        store.write(Expected.anything("test", MediaTypes.OCI_CONFIG), new ByteArrayInputStream(config));
        for (byte[] layer : layers) {
            store.write(Expected.anything("test", MediaTypes.OCI_LAYER), new ByteArrayInputStream(layer));
        }
        return this;
    }

    public NewImage pulled() {
        return new NewImage(manifest, manifest, config, Origin.PROXIED);
    }
}
