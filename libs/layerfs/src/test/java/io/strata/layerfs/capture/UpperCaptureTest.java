package io.strata.layerfs.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.apply.DirectoryLayer;
import io.strata.layerfs.capture.UpperCapture.Change;
import io.strata.layerfs.capture.UpperCapture.Kind;
import io.strata.layerfs.fixtures.RequiresRoot;
import io.strata.layerfs.fixtures.TarBytes;
import io.strata.layerfs.fixtures.TreeSnapshot;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Mounts;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes made through a real overlay mount. */
@RequiresRoot
class UpperCaptureTest {
    @TempDir
    Path folder;

    private Path lower;
    private Path upper;
    private Path root;

    @BeforeEach
    void mount() throws IOException {
        lower = layer(
                "lower",
                new TarBytes()
                        .directory("etc")
                        .file("etc/hosts", "hosts")
                        .file("etc/passwd", "root")
                        .directory("etc/deep")
                        .file("etc/deep/file", "x")
                        .directory("gone")
                        .file("gone/a", "a")
                        .directory("gone/b")
                        .directory("again")
                        .file("again/old", "old")
                        .file("again/kept", "kept")
                        .directory("opt")
                        .file("opt/touched", "same")
                        .directory("tmp", 01777)
                        .file("becomes-directory", "f")
                        .directory("becomes-file")
                        .file("becomes-file/x", "x")
                        .bytes());
        upper = Files.createDirectory(folder.resolve("upper"));
        Files.setPosixFilePermissions(upper, PosixFilePermissions.fromString("rwxr-xr-x"));
        root = Files.createDirectory(folder.resolve("root"));
        Mounts.overlay(
                root,
                List.of(lower),
                Optional.of(upper),
                Optional.of(Files.createDirectory(folder.resolve("work"))),
                List.of());
    }

    @AfterEach
    void unmount() throws IOException {
        Mounts.unmount(root, Mounts.MNT_DETACH);
    }

    private Path layer(String name, byte[] tar) throws IOException {
        return DirectoryLayer.apply(
                        folder.resolve(name),
                        new ByteArrayInputStream(tar),
                        Compression.NONE,
                        Optional.empty(),
                        LayerLimits.DEFAULT)
                .lower();
    }

    private byte[] captured() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        UpperCapture.Captured captured = UpperCapture.capture(upper, tar);
        assertThat(captured.diffId()).isEqualTo(Digest.sha256(tar.toByteArray()));
        assertThat(captured.empty()).isFalse();
        return tar.toByteArray();
    }

    private List<Change> changes() throws IOException {
        return UpperCapture.changes(upper, List.of(lower));
    }

    private void remove(String name) throws IOException {
        try (Fd directory = Linux.openDirectory(root)) {
            Directory.remove(directory, ByteString.of(name));
        }
    }

    private void changeEverything() throws IOException {
        Files.writeString(root.resolve("etc/hosts"), "changed");
        Files.delete(root.resolve("etc/passwd"));
        remove("gone");
        remove("again");
        Files.createDirectory(root.resolve("again"));
        Files.writeString(root.resolve("again/kept"), "new");
        Files.writeString(root.resolve("new"), "new file");
        Files.createLink(root.resolve("etc/new-too"), root.resolve("new"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("etc/hosts"));
        Files.delete(root.resolve("becomes-directory"));
        Files.createDirectories(root.resolve("becomes-directory/sub"));
        remove("becomes-file");
        Files.writeString(root.resolve("becomes-file"), "f");
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Xattrs.set(root.resolve("new"), ByteString.of("security.capability"), capability);
        Xattrs.set(root.resolve("again"), ByteString.of("user.binary"), new byte[] {0, (byte) 0xFF, 10});
        try (Fd directory = Linux.openDirectory(root)) {
            Linux.makeNode(directory, ByteString.of("null"), 0020666, 1, 3);
            Linux.chown(directory, ByteString.of("null"), 4_000_000_000L, 7);
        }
    }

    @Test
    void theCapturedLayerOnTheSameLowersIsWhatTheContainerSaw() throws IOException {
        changeEverything();
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            byte[] tar = captured();
            Files.delete(root.resolve("socket"));
            Path view = Files.createDirectory(folder.resolve("view"));
            Mounts.overlay(view, List.of(layer("captured", tar), lower), Optional.empty(), Optional.empty(), List.of());
            try {
                assertThat(TreeSnapshot.differences(inSeconds(TreeSnapshot.of(root)), inSeconds(TreeSnapshot.of(view))))
                        .isEmpty();
            } finally {
                Mounts.unmount(view, 0);
            }
        }
    }

    private static SortedMap<String, String> inSeconds(SortedMap<String, String> tree) {
        SortedMap<String, String> seconds = new TreeMap<>(tree);
        seconds.replaceAll((path, line) -> line.replaceFirst("\\.\\d{9} ", " "));
        return seconds;
    }

    @Test
    void theSameContentGivesTheSameBytesAlsoAfterBeingAppliedElsewhere() throws IOException {
        changeEverything();
        byte[] tar = captured();
        assertThat(captured()).isEqualTo(tar);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        UpperCapture.capture(layer("elsewhere", tar), again);
        assertThat(again.toByteArray()).isEqualTo(tar);
    }

    @Test
    void whiteoutsAndMarksAreInTheFormOfTheImageSpec() throws IOException {
        changeEverything();
        TarReader reader = new TarReader(new ByteArrayInputStream(captured()), LayerLimits.DEFAULT);
        List<String> names = new ArrayList<>();
        for (Optional<TarEntry> entry; (entry = reader.next()).isPresent(); ) {
            names.add(entry.get().name().toString());
            assertThat(entry.get().mtimeNanos()).isZero();
            assertThat(entry.get().xattrs().keySet())
                    .noneMatch(name -> name.toString().startsWith("trusted.overlay"));
        }
        assertThat(names)
                .containsExactly(
                        "again",
                        "again/.wh..wh..opq",
                        "again/kept",
                        "becomes-directory",
                        "becomes-directory/.wh..wh..opq",
                        "becomes-directory/sub",
                        "becomes-file",
                        "etc",
                        "etc/hosts",
                        "etc/new-too",
                        "etc/.wh.passwd",
                        ".wh.gone",
                        "link",
                        "new",
                        "null");
    }

    @Test
    void changesAreThoseThatDockerShows() throws IOException {
        changeEverything();
        assertThat(changes())
                .containsExactly(
                        new Change("/again", Kind.MODIFIED),
                        new Change("/again/kept", Kind.MODIFIED),
                        new Change("/again/old", Kind.DELETED),
                        new Change("/becomes-directory", Kind.MODIFIED),
                        new Change("/becomes-directory/sub", Kind.ADDED),
                        new Change("/becomes-file", Kind.MODIFIED),
                        new Change("/etc", Kind.MODIFIED),
                        new Change("/etc/hosts", Kind.MODIFIED),
                        new Change("/etc/new-too", Kind.ADDED),
                        new Change("/etc/passwd", Kind.DELETED),
                        new Change("/gone", Kind.DELETED),
                        new Change("/link", Kind.ADDED),
                        new Change("/new", Kind.ADDED),
                        new Change("/null", Kind.ADDED));
    }

    @Test
    void nothingChangedIsNoChangeAndNoLayer() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        assertThat(changes()).isEmpty();
        assertThat(UpperCapture.capture(upper, tar)).isEqualTo(new UpperCapture.Captured(Digest.EMPTY_TAR, 0, 0, true));
        assertThat(tar.size()).isZero();
        assertThat(UpperCapture.size(upper)).isZero();
    }

    @Test
    void aCopyUpThatChangesNothingIsNoChange() throws IOException {
        FileTime time = Files.getLastModifiedTime(root.resolve("opt/touched"));
        Files.setLastModifiedTime(root.resolve("opt/touched"), time);
        assertThat(upper.resolve("opt/touched")).exists();
        assertThat(changes()).isEmpty();
        Files.writeString(root.resolve("tmp/x"), "0123456789");
        assertThat(changes()).containsExactly(new Change("/tmp", Kind.MODIFIED), new Change("/tmp/x", Kind.ADDED));
        assertThat(UpperCapture.size(upper)).isEqualTo(14);
    }

    @Test
    void aDirectoryIsModifiedByItsOwnerOrMode() throws IOException {
        Files.setPosixFilePermissions(root.resolve("etc/deep"), PosixFilePermissions.fromString("rwx------"));
        assertThat(changes())
                .containsExactly(new Change("/etc", Kind.MODIFIED), new Change("/etc/deep", Kind.MODIFIED));
    }

    @Test
    void aNameThatSaysWhiteoutCannotBeCaptured() throws IOException {
        Files.writeString(root.resolve("etc/.wh.hosts"), "x");
        assertThatThrownBy(() -> UpperCapture.capture(upper, new ByteArrayOutputStream()))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("etc/.wh.hosts");
    }
}
