package io.strata.layerfs.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.fixtures.LayerGenerator;
import io.strata.layerfs.fixtures.ReferenceUnion;
import io.strata.layerfs.fixtures.RequiresRoot;
import io.strata.layerfs.fixtures.TarBytes;
import io.strata.layerfs.fixtures.TreeSnapshot;
import io.strata.layerfs.sys.Mounts;
import io.strata.layerfs.whiteout.OverlayMarks;
import io.strata.oci.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers applied one by one in memory are what overlayfs shows of the same layers unpacked by {@link DirectoryLayer}. */
@RequiresRoot
class UnionPropertyTest {
    private static final int ROUNDS = 30;

    @TempDir
    Path folder;

    @Test
    void generatedLayersMountedAreWhatTheyAreWhenAppliedOneByOne() throws IOException {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            LayerGenerator generator = new LayerGenerator(seed);
            ReferenceUnion reference = new ReferenceUnion();
            List<byte[]> tars = new ArrayList<>();
            for (int i = 0; i < 1 + seed % 4; i++) {
                List<ReferenceUnion.Item> layer = generator.layer(5 + (int) (seed % 7) * 8);
                reference.apply(layer);
                tars.add(LayerGenerator.tar(layer));
            }
            assertThat(TreeSnapshot.differences(reference.lines(), mounted("seed-" + seed, tars)))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    private SortedMap<String, String> mounted(String name, List<byte[]> tars) throws IOException {
        Path work = Files.createDirectory(folder.resolve(name));
        List<Path> lowers = new ArrayList<>();
        for (byte[] tar : tars) {
            Path layer = work.resolve("layer-" + lowers.size());
            lowers.addFirst(DirectoryLayer.apply(
                            layer,
                            new ByteArrayInputStream(TarBytes.gzip(tar)),
                            Compression.GZIP,
                            Optional.empty(),
                            LayerLimits.DEFAULT)
                    .lower());
        }
        Path view = Files.createDirectory(work.resolve("view"));
        List<Path> visible = new ArrayList<>(OverlayMarks.visible(lowers));
        // Overlayfs wants two lowers for a view without an upper directory.
        visible.add(Files.createDirectory(work.resolve("empty")));
        Mounts.overlay(view, visible, Optional.empty(), Optional.empty(), List.of());
        try {
            return TreeSnapshot.of(view);
        } finally {
            Mounts.unmount(view, 0);
        }
    }
}
