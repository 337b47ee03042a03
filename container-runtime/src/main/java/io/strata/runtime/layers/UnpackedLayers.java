package io.strata.runtime.layers;

import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.LayerStream;
import io.strata.layerfs.apply.DirectoryLayer;
import io.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Layers as directories into which the tar was applied: on any kernel, at the cost of a file for each file. */
final class UnpackedLayers implements LayerForm {
    private static final String FILES = "d";
    private static final long BLOCK = 4096;

    private final LayerLimits limits;

    UnpackedLayers(LayerLimits limits) {
        this.limits = limits;
    }

    @Override
    public String kind() {
        return "unpacked";
    }

    @Override
    public Written write(LayerStream tar, Path folder) throws IOException {
        DirectoryLayer.Applied applied = DirectoryLayer.apply(folder.resolve(FILES), tar, Optional.empty(), limits);
        long onDisk = applied.unpackedSize() + applied.entries() * BLOCK;
        return new Written(applied.unpackedSize(), applied.entries(), onDisk);
    }

    @Override
    public void seal(Path folder, Digest diffId) {
        // The files are the layer.
    }

    @Override
    public Path open(Path folder) {
        return DirectoryLayer.lower(folder.resolve(FILES));
    }

    @Override
    public void close(Path folder) {
        // Nothing is mounted.
    }
}
