package io.strata.runtime.saved;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.blobs.BlobFacts;
import io.strata.layerfs.Decompression;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.OciJson;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.NewImages;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** {@code docker load}: the images of an archive that {@code docker save} wrote, here or elsewhere. */
@ApplicationScoped
class ImageLoad {
    private final NewImages images;

    ImageLoad(NewImages images) {
        this.images = images;
    }

    /** A member of Docker's {@code manifest.json}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record DockerManifest(
            @JsonProperty("Config") String config,
            @JsonProperty("RepoTags") List<String> repoTags,
            @JsonProperty("Layers") List<String> layers) {}

    /**
     * @param archive plain, gzip or zstd
     * @param told    a line for each name, or for an image without one
     * @throws EngineException.InvalidInput when it is no such archive; what was loaded before stays
     */
    void run(InputStream archive, Consumer<String> told) throws IOException {
        LoadedArchive loaded = LoadedArchive.read(Decompression.openDetected(archive), images);
        byte[] manifest = loaded.document("manifest.json")
                .orElseThrow(() -> new EngineException.InvalidInput(
                        "invalid archive: there is no manifest.json in it; is it one of docker save?"));
        for (DockerManifest image : OciJson.read(manifest, DockerManifest[].class)) {
            load(image, loaded, told);
        }
    }

    private void load(DockerManifest image, LoadedArchive loaded, Consumer<String> told) throws IOException {
        if (image.config() == null || image.layers() == null) {
            throw new EngineException.InvalidInput("invalid manifest.json: an image without Config or Layers");
        }
        byte[] config = loaded.document(image.config())
                .orElseThrow(() -> new EngineException.InvalidInput(
                        "invalid archive: there is no configuration " + image.config() + " in it"));
        List<BlobFacts> layers = image.layers().stream().map(loaded::blob).toList();
        List<ImageReference> names = image.repoTags() == null
                ? List.of()
                : image.repoTags().stream().map(ImageReference::parse).toList();
        Digest imageId = images.register(config, layers, names);
        if (names.isEmpty()) {
            told.accept("Loaded image ID: " + imageId + "\n");
        }
        names.forEach(name -> told.accept("Loaded image: " + name.familiar() + "\n"));
    }
}
