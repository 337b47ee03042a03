package io.strata.layerfs.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root and a kernel with overlayfs. */
class MountsTest {
    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void target() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "not root");
        target = Files.createDirectory(folder.resolve("target"));
    }

    @Test
    void anOverlayTakesMoreLowersThanFitIntoAPage() throws IOException {
        List<Path> lowers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Path lower = Files.createDirectories(folder.resolve("a-lower-layer,with:special-characters-" + i));
            Files.writeString(lower.resolve("file"), "from " + i);
            lowers.add(lower);
        }
        Path upper = Files.createDirectory(folder.resolve("upper"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Mounts.overlay(target, lowers, Optional.of(upper), Optional.of(work), List.of());
        try {
            assertThat(target.resolve("file")).hasContent("from 0");
            Files.writeString(target.resolve("new"), "written");
        } finally {
            Mounts.unmount(target, 0);
        }
        assertThat(upper.resolve("new")).hasContent("written");
        assertThat(target.resolve("file")).doesNotExist();
    }

    @Test
    void theOldCallBindsAndTheFileSystemsMessageIsTold() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.createFile(source.resolve("seen"));
        Mounts.mount(source.toString(), target, "", Mounts.MS_BIND, "");
        try {
            assertThat(target.resolve("seen")).exists();
        } finally {
            Mounts.unmount(target, Mounts.MNT_DETACH);
        }
        assertThatThrownBy(() -> Mounts.overlay(
                        target, List.of(folder.resolve("missing")), Optional.empty(), Optional.empty(), List.of()))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("missing");
    }
}
