package io.strata.layerfs.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.fixtures.RequiresRoot;
import io.strata.layerfs.fixtures.TarBytes;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that attack whoever unpacks them. Each is refused or harmless, and leaves nothing outside its directory. */
@RequiresRoot
class HostileLayerTest {
    @TempDir
    Path folder;

    private Path layer;
    private Path outside;

    @BeforeEach
    void somethingToAttack() throws IOException {
        layer = folder.resolve("layers/layer");
        Files.createDirectories(layer.getParent());
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.setPosixFilePermissions(outside.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void nothingOutsideHasChanged() throws IOException {
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside.resolve("secret"))))
                .isEqualTo("rw-------");
        try (var names = Files.list(outside)) {
            assertThat(names).containsExactly(outside.resolve("secret"));
        }
        try (var names = Files.list(folder)) {
            assertThat(names).containsExactlyInAnyOrder(outside, layer.getParent());
        }
        try (var names = Files.list(layer.getParent())) {
            assertThat(names).isSubsetOf(List.of(layer));
        }
    }

    private DirectoryLayer.Applied apply(TarBytes tar) throws IOException {
        return DirectoryLayer.apply(layer, tar.stream(), Compression.NONE, Optional.empty(), LayerLimits.DEFAULT);
    }

    private void assertRefused(TarBytes tar, String message) {
        assertThatThrownBy(() -> apply(tar)).isInstanceOf(LayerException.class).hasMessageContaining(message);
        assertThat(layer).doesNotExist();
    }

    private Path made(String name) {
        return DirectoryLayer.lower(layer).resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "a/../../x", "..", "a/..", "/../x", "./../x"})
    void row1NamesThatLeaveTheLayerAreRefused(String name) {
        assertRefused(new TarBytes().directory("a").file(name, "x"), "'..'");
        assertRefused(new TarBytes().directory("a").hardlink("h", name), "'..'");
    }

    @Test
    void row1AnAbsoluteNameCountsFromTheLayersRoot() throws IOException {
        apply(new TarBytes().file("/abs//./file", "inside"));
        assertThat(made("abs/file")).hasContent("inside");
    }

    @Test
    void row2AParentThatIsASymbolicLinkIsRefused() {
        String target = outside.toString();
        assertRefused(new TarBytes().symlink("etc", target).file("etc/f", "x"), "etc of an entry is a symbolic link");
        assertRefused(new TarBytes().symlink("etc", target).file("etc/d/f", "x"), "symbolic link");
        assertRefused(new TarBytes().symlink("etc", target).directory("etc/d"), "symbolic link");
        assertRefused(new TarBytes().symlink("etc", target).symlink("etc/s", "x"), "symbolic link");
        assertRefused(
                new TarBytes()
                        .directory("d")
                        .symlink("d/etc", "../../../outside")
                        .file("d/etc/secret", "x"),
                "symbolic link");
    }

    @Test
    void row2ALeafSymbolicLinkIsReplacedAndNotFollowed() throws IOException {
        String secret = outside.resolve("secret").toString();
        apply(new TarBytes()
                .symlink("file", secret)
                .symlink("directory", outside.toString())
                .symlink("link", secret)
                .file("file", 0777, "new")
                .directory("directory", 0777)
                .file("directory/f", "inside")
                .symlink("link", "elsewhere"));
        assertThat(made("file")).hasContent("new");
        assertThat(Files.isSymbolicLink(made("file"))).isFalse();
        assertThat(Files.isDirectory(made("directory"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(made("directory/f")).hasContent("inside");
        assertThat(Files.readSymbolicLink(made("link"))).isEqualTo(Path.of("elsewhere"));
    }

    @Test
    void row3HardLinksToOutsideAreRefused() {
        assertRefused(new TarBytes().hardlink("h", "../../outside/secret"), "'..'");
        assertRefused(new TarBytes().hardlink("h", outside.resolve("secret").toString()), "not in the layer");
        assertRefused(new TarBytes().hardlink("h", "/etc/shadow"), "not in the layer");
        assertRefused(new TarBytes().symlink("s", outside.toString()).hardlink("h", "s/secret"), "the symbolic link s");
        assertRefused(
                new TarBytes().directory("d").symlink("d/s", outside.toString()).hardlink("h", "d/s/secret"),
                "the symbolic link d/s");
        assertRefused(new TarBytes().directory("d").hardlink("h", "d"), "is a directory");
        assertRefused(new TarBytes().file("a", "").hardlink("a", "a"), "itself");
        assertRefused(new TarBytes().hardlink("a", "b").hardlink("b", "a"), "to itself");
    }

    @Test
    void row4AModeForAHardLinkToASymbolicLinkReachesNothing() throws IOException {
        apply(new TarBytes()
                .symlink("s", outside.resolve("secret").toString())
                .entry(TarEntry.hardlink(ByteString.of("h"), ByteString.of("s"))
                        .withMode(0777)
                        .withOwner(1234, 1234)));
        assertThat(Files.isSymbolicLink(made("h"))).isTrue();
        assertThat(Files.getAttribute(outside.resolve("secret"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void row5TheRootIsOnlyADirectory() throws IOException {
        assertRefused(new TarBytes().symlink(".", outside.toString()).file("f", "x"), "root can only be a directory");
        assertRefused(new TarBytes().symlink("./", "/"), "root can only be a directory");
        assertRefused(new TarBytes().file("/", "x"), "root can only be a directory");
        assertRefused(new TarBytes().file("f", "x").hardlink(".", "f"), "root can only be a directory");
        apply(new TarBytes().directory("./", 0711));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made(""))))
                .isEqualTo("rwx--x--x");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh..."})
    void row6WhiteoutsOfNothingAreRefused(String name) {
        assertRefused(new TarBytes().file(name, ""), "names nothing that could be removed");
    }

    @Test
    void row6WhiteoutsThroughASymbolicLinkAreRefused() {
        assertRefused(
                new TarBytes().symlink("s", outside.toString()).file("s/.wh.secret", ""),
                "s of an entry is a symbolic");
        assertRefused(new TarBytes().symlink("s", outside.toString()).file("s/.wh..wh..opq", ""), "is a symbolic link");
        assertRefused(new TarBytes().file(".wh.d/f", ""), "a whiteout cannot hold entries");
        assertRefused(new TarBytes().file("x/.wh.d/e/f", ""), "a whiteout cannot hold entries");
    }

    @Test
    @Timeout(20)
    void row8HugePaxHeadersAreRefused() {
        assertRefused(new TarBytes().raw("x", 'x', "77777777777", new byte[0]), "the limit is 1048576");
        assertRefused(new TarBytes().raw("x", 'g', "77777777777", new byte[0]), "the limit is 1048576");
        assertRefused(new TarBytes().raw("x", 'L', "77777777777", new byte[0]), "the limit is 1048576");
        assertRefused(new TarBytes().raw("x", 'S', new byte[0]), "sparse");
    }

    @Test
    @Timeout(20)
    void row9ATimeOfAMillionDigitsIsRefused() {
        byte[] digits = ("1." + "9".repeat(1_000_000)).getBytes();
        assertRefused(new TarBytes().pax("mtime", digits).file("f", "x"), "more than 64 characters");
    }

    @Test
    @Timeout(60)
    void row10EndlessEmptyMembersAndTruncatedBlobsEnd() {
        byte[] empty = TarBytes.gzip(new byte[0]);
        InputStream endless = new InputStream() {
            private long at;

            @Override
            public int read() {
                return empty[(int) (at++ % empty.length)] & 0xFF;
            }
        };
        assertThatThrownBy(() ->
                        DirectoryLayer.apply(layer, endless, Compression.GZIP, Optional.empty(), LayerLimits.DEFAULT))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("empty members");
        byte[] whole = new TarBytes().file("f", "content ".repeat(10_000)).gzip();
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> DirectoryLayer.apply(
                        layer, new ByteArrayInputStream(cut), Compression.GZIP, Optional.empty(), LayerLimits.DEFAULT))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("ends too early");
        assertThat(layer).doesNotExist();
    }

    @Test
    @Timeout(60)
    void row11BombsStopAtTheLimits() {
        byte[] bomb = new TarBytes().file("zeros", "\0".repeat(20_000_000)).gzip();
        assertThatThrownBy(() -> DirectoryLayer.apply(
                        layer,
                        new ByteArrayInputStream(bomb),
                        Compression.GZIP,
                        Optional.empty(),
                        LayerLimits.DEFAULT.withUnpackedBytes(10_000_000)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("10000000");
        TarBytes many = new TarBytes();
        for (int i = 0; i < 2_000; i++) {
            many.file("f" + i, "");
        }
        assertThatThrownBy(() -> DirectoryLayer.apply(
                        layer,
                        many.stream(),
                        Compression.NONE,
                        Optional.empty(),
                        LayerLimits.DEFAULT.withEntries(1_000)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("more entries than the limit of 1000");
        assertThat(layer).doesNotExist();
    }

    @Test
    void row16AnotherDiffIdIsRefusedAndLeavesNothing() {
        TarBytes tar = new TarBytes().file("f", "x");
        Digest other = Digest.sha256(new byte[0]);
        assertThatThrownBy(() -> DirectoryLayer.apply(
                        layer, tar.stream(), Compression.NONE, Optional.of(other), LayerLimits.DEFAULT))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("the layer's diffID is " + Digest.sha256(tar.bytes()));
        assertThat(layer).doesNotExist();
    }

    @Test
    void row43ALayersFolderIsClosedToOthersSoThatSetUidFilesAreNotReached() throws IOException {
        apply(new TarBytes().directory("./", 0777).file("su", 04755, "#!/bin/sh"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layer)))
                .isEqualTo("rwx------");
        assertThat((int) Files.getAttribute(made("su"), "unix:mode") & 07777).isEqualTo(04755);
    }

    @Test
    void overlaysOwnAttributesNeverComeFromALayer() throws IOException {
        SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
        xattrs.put(ByteString.of("trusted.overlay.redirect"), "/etc".getBytes());
        xattrs.put(ByteString.of("trusted.overlay.opaque"), "y".getBytes());
        xattrs.put(ByteString.of("trusted.kept"), "yes".getBytes());
        apply(new TarBytes().entry(TarEntry.directory(ByteString.of("d"), 0755).withXattrs(xattrs)));
        assertThat(Xattrs.list(made("d"))).containsExactly(ByteString.of("trusted.kept"));
    }

    @Test
    void aLayerThatIsThereIsNotTouched() throws IOException {
        apply(new TarBytes().file("f", "x"));
        assertThatThrownBy(() -> apply(new TarBytes().file("g", "x"))).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(made("f")).hasContent("x");
        DirectoryLayer.remove(layer);
        DirectoryLayer.remove(layer);
        assertThat(layer).doesNotExist();
    }

    @Test
    void aTreeTwoThousandLevelsDeepIsMadeAndRemoved() throws IOException {
        String deep = "d/".repeat(2_000);
        apply(new TarBytes().directory("x").file("x/f", "").file("x/" + deep + "f", "x"));
        DirectoryLayer.remove(layer);
        assertThat(layer).doesNotExist();
    }
}
