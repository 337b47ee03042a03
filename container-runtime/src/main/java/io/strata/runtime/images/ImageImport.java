package io.strata.runtime.images;

import io.strata.blobs.BlobFacts;
import io.strata.layerfs.Decompression;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import io.strata.oci.History;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.MediaTypes;
import io.strata.oci.OciJson;
import io.strata.oci.Platform;
import io.strata.oci.RootFs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code docker import}: a file system as a tar becomes an image of one layer. */
@ApplicationScoped
class ImageImport {
    private final NewImages images;

    ImageImport(NewImages images) {
        this.images = images;
    }

    /**
     * @param tar plain, gzip or zstd
     * @param message for the image's history; empty for Docker's
     * @return the image's id
     */
    Digest run(InputStream tar, Optional<ImageReference> name, Platform platform, String message) throws IOException {
        BlobFacts layer = images.keep(MediaTypes.OCI_LAYER, Decompression.openDetected(tar));
        String now = Instant.now().toString();
        String comment = message.isEmpty() ? "Imported from -" : message;
        ImageConfig config = new ImageConfig(
                now,
                null,
                platform.architecture(),
                platform.variant(),
                platform.os(),
                platform.osVersion(),
                ContainerConfig.EMPTY,
                RootFs.of(List.of(layer.digest())),
                List.of(new History(now, null, null, comment, false)));
        return images.register(
                OciJson.write(config), List.of(layer), name.stream().toList());
    }
}
