package io.strata.runtime.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.oci.Digest;
import io.strata.runtime.snapshots.Snapshots.Captured;
import io.strata.runtime.snapshots.Snapshots.Change;
import io.strata.runtime.snapshots.Snapshots.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every kind of writable layer does. Needs root and a file system that can be an upper layer. */
abstract class SnapshotsContract {
    private static final String ID = "c0ffee";

    private Path home;
    private Path base;
    private Path top;
    private Snapshots snapshots;

    abstract Snapshots open(Path folder) throws IOException;

    @BeforeEach
    void makeLayers() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "snapshots");
        base = Files.createDirectory(home.resolve("base"));
        top = Files.createDirectory(home.resolve("top"));
        Files.createDirectories(base.resolve("etc"));
        Files.writeString(base.resolve("etc/passwd"), "root");
        Files.writeString(base.resolve("bin"), "sh");
        Files.createDirectories(top.resolve("srv"));
        Files.writeString(top.resolve("srv/page"), "hello");
        snapshots = open(home.resolve("s"));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (snapshots != null) {
            try (Stream<Path> left = Files.list(home.resolve("s"))) {
                for (Path container : left.toList()) {
                    snapshots.remove(container.getFileName().toString());
                }
            }
            new ProcessBuilder("rm", "-rf", "--one-file-system", home.toString())
                    .start()
                    .onExit()
                    .join();
        }
    }

    private Path run() throws IOException {
        snapshots.prepare(ID, List.of(base, top));
        return snapshots.mount(ID);
    }

    @Test
    void theUnionShowsAllLayersAndTheRuntimesMountPoints() throws IOException {
        Path root = run();
        assertThat(root.resolve("etc/passwd")).hasContent("root");
        assertThat(root.resolve("srv/page")).hasContent("hello");
        for (String directory : List.of("dev/pts", "dev/shm", "proc", "sys")) {
            assertThat(root.resolve(directory)).isDirectory();
        }
        for (String file : List.of(".dockerenv", "dev/console", "etc/hosts", "etc/hostname", "etc/resolv.conf")) {
            assertThat(root.resolve(file)).isEmptyFile();
        }
        assertThat(Files.readSymbolicLink(root.resolve("etc/mtab"))).hasToString("/proc/mounts");
    }

    @Test
    void aFreshContainerHasChangedNothing() throws IOException {
        run();
        assertThat(snapshots.changes(ID)).isEmpty();
        assertThat(snapshots.size(ID)).isZero();
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        assertThat(snapshots.capture(ID, tar).empty()).isTrue();
        assertThat(tar.size()).isZero();
    }

    @Test
    void changesAreToldInPathOrderAndStayWithinTheWritableLayer() throws IOException {
        Path root = run();
        Files.writeString(root.resolve("etc/passwd"), "changed!");
        Files.delete(root.resolve("bin"));
        Files.createDirectories(root.resolve("new/dir"));
        Files.writeString(root.resolve("new/dir/f"), "12345");

        assertThat(snapshots.changes(ID))
                .extracting(Change::path, Change::kind)
                .containsExactly(
                        tuple("/bin", Kind.DELETED),
                        tuple("/etc", Kind.MODIFIED),
                        tuple("/etc/passwd", Kind.MODIFIED),
                        tuple("/new", Kind.ADDED),
                        tuple("/new/dir", Kind.ADDED),
                        tuple("/new/dir/f", Kind.ADDED));
        assertThat(snapshots.size(ID)).isEqualTo("changed!".length() + "12345".length());
        assertThat(base.resolve("etc/passwd")).hasContent("root");
        assertThat(base.resolve("bin")).exists();
    }

    @Test
    void twoContainersDoNotSeeEachOther() throws IOException {
        Path one = run();
        snapshots.prepare("other", List.of(base, top));
        Path two = snapshots.mount("other");
        Files.writeString(one.resolve("etc/passwd"), "mine");
        assertThat(two.resolve("etc/passwd")).hasContent("root");
    }

    @Test
    void aCaptureIsTheSameMountedAndUnmountedAndTwice() throws IOException {
        Path root = run();
        Files.writeString(root.resolve("srv/page"), "new page");
        Files.delete(root.resolve("etc/passwd"));
        ByteArrayOutputStream mounted = new ByteArrayOutputStream();
        Captured first = snapshots.capture(ID, mounted);
        snapshots.unmount(ID);
        ByteArrayOutputStream unmounted = new ByteArrayOutputStream();
        Captured second = snapshots.capture(ID, unmounted);

        assertThat(first).isEqualTo(second);
        assertThat(first.empty()).isFalse();
        assertThat(first.diffId()).isEqualTo(Digest.sha256(mounted.toByteArray()));
        assertThat(first.unpackedSize()).isEqualTo("new page".length());
        assertThat(unmounted.toByteArray()).isEqualTo(mounted.toByteArray());
        assertThat(snapshots.changes(ID)).hasSize(4);
    }

    @Test
    void mountsAreFoundAgainAfterARestartAndNothingIsMountedTwice() throws IOException {
        Path root = run();
        Files.writeString(root.resolve("kept"), "x");
        Snapshots again = open(home.resolve("s"));
        assertThat(again.mount(ID)).isEqualTo(root);
        again.unmount(ID);
        assertThat(root).isEmptyDirectory();
        again.unmount(ID);
        assertThat(again.mount(ID).resolve("kept")).hasContent("x");
        again.prepare(ID, List.of(base));
        assertThat(root.resolve("srv/page")).exists();
    }

    @Test
    void removeLeavesNothing() throws IOException {
        Path root = run();
        Files.createDirectories(root.resolve("a/b"));
        Files.setPosixFilePermissions(root.resolve("a"), PosixFilePermissions.fromString("---------"));
        snapshots.remove(ID);
        snapshots.remove(ID);
        assertThat(home.resolve("s")).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home.toString());
        assertThatThrownBy(() -> snapshots.mount(ID)).isInstanceOf(NoSuchFileException.class);
        assertThat(base.resolve("etc/passwd")).hasContent("root");
    }

    @Test
    void theImagesLinksAreReplacedAndNeverFollowed() throws IOException {
        Path outside = Files.createDirectory(home.resolve("outside"));
        Files.delete(base.resolve("etc/passwd"));
        Files.delete(base.resolve("etc"));
        Files.createSymbolicLink(base.resolve("etc"), outside);
        Files.createSymbolicLink(top.resolve("dev"), outside);
        Files.createSymbolicLink(top.resolve(".dockerenv"), outside.resolve("made"));

        Path root = run();

        assertThat(Files.isDirectory(root.resolve("etc"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(Files.isDirectory(root.resolve("dev/pts"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(Files.isRegularFile(root.resolve(".dockerenv"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void theImagesDirectoriesKeepTheirAttributes() throws IOException {
        Files.setPosixFilePermissions(base.resolve("etc"), PosixFilePermissions.fromString("rwxr-x---"));
        try (Fd etc = Linux.openDirectory(base.resolve("etc"))) {
            Linux.chown(etc, 7, 9);
            Linux.setTimes(etc, 1_000_000_000L, 0);
        }
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("r-xr-xr-x"));

        Path root = run();

        var etc = Linux.stat(Fd.CWD, ByteString.of(root.resolve("etc").toString()));
        assertThat(etc.permissions()).isEqualTo(0750);
        assertThat(etc.uid()).isEqualTo(7);
        assertThat(etc.gid()).isEqualTo(9);
        assertThat(etc.mtimeSeconds()).isEqualTo(1_000_000_000L);
        assertThat(Files.getPosixFilePermissions(root)).isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
    }

    @Test
    void manyLayersMount() throws IOException {
        List<Path> lowers = new ArrayList<>();
        for (int i = 0; i < 499; i++) {
            Path layer = Files.createDirectories(home.resolve("layers/" + i));
            Files.writeString(layer.resolve("f" + i), "x");
            lowers.add(layer);
        }
        snapshots.prepare(ID, lowers);
        Path root = snapshots.mount(ID);
        assertThat(root.resolve("f0")).exists();
        assertThat(root.resolve("f498")).exists();
        assertThatThrownBy(() -> snapshots.prepare(
                        "more", Stream.concat(lowers.stream(), Stream.of(base)).toList()))
                .hasMessageContaining("500 layers");
    }

    @Test
    void filesAndDirectoriesOfOneRootAreOfOneDevice() throws IOException {
        Path root = run();
        assertThat(Files.getAttribute(root.resolve("etc/passwd"), "unix:dev"))
                .isEqualTo(Files.getAttribute(root.resolve("etc"), "unix:dev"));
    }
}
