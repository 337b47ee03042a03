package io.strata.runtime.layers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What is kept beside a layer, in {@code facts.json} of its folder.
 *
 * @param onDisk bytes that the folder takes
 * @param boot   the kernel's boot id in which it was written; empty once it was synced
 */
record LayerFacts(Digest diffId, long unpackedSize, long files, long onDisk, String boot) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String NAME = "facts.json";

    /** Empty also when the file is damaged: the layer is read again then. */
    static Optional<LayerFacts> read(Path folder) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(folder.resolve(NAME)), LayerFacts.class));
        } catch (NoSuchFileException | JsonProcessingException damaged) {
            return Optional.empty();
        }
    }

    void write(Path folder) throws IOException {
        Path fresh = folder.resolve(NAME + ".new");
        Files.write(fresh, JSON.writeValueAsBytes(this));
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static Path file(Path folder) {
        return folder.resolve(NAME);
    }

    LayerFacts synced() {
        return new LayerFacts(diffId, unpackedSize, files, onDisk, "");
    }
}
