package io.strata.runtime.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.tar.TarWriter;
import io.strata.runtime.archive.TreeUntar.Options;
import io.strata.runtime.archive.TreeUntar.Owner;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.volumes.MountPoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders that stand for a container's root. */
class ArchiveIT {
    private static final Options PLAIN = new Options(false, Optional.empty());

    @TempDir
    private Path root;

    @TempDir
    private Path outside;

    @BeforeEach
    void setUp() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for owners and mounts");
        Files.writeString(outside.resolve("secret"), "secret");
    }

    private static byte[] tar(RootView view, String text) throws IOException {
        ContainerPath path = ContainerPath.of(text);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RootView.Place place = view.find(path);
                TreeTar tar = new TreeTar(out)) {
            if (path.directory()) {
                tar.addDirectory(place.parent(), ByteString.of(path.base()));
            } else {
                tar.add(place.parent(), place.name(), ByteString.of(path.base()));
            }
            tar.finish();
        }
        return out.toByteArray();
    }

    private byte[] tar(String path) throws IOException {
        try (RootView view = new RootView(root, false)) {
            return tar(view, path);
        }
    }

    /** Names of a tar's entries with their content, {@code -> target} for links. */
    private static Map<String, String> read(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), LayerLimits.DEFAULT);
        Map<String, String> entries = new LinkedHashMap<>();
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            TarEntry read = entry.get();
            String content =
                    switch (read.type()) {
                        case FILE -> new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
                        case SYMLINK, HARDLINK -> "-> " + read.link();
                        default -> read.type().name();
                    };
            entries.put(read.name().toText(), content);
        }
        return entries;
    }

    private static byte[] archive(TarEntry... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                writer.entry(entry);
                if (entry.type() == TarType.FILE) {
                    writer.write(
                            "x".repeat((int) entry.size()).getBytes(StandardCharsets.UTF_8), 0, (int) entry.size());
                }
            }
        }
        return out.toByteArray();
    }

    private static TarEntry file(String name) {
        return TarEntry.file(ByteString.of(name), 0640, 3).withMtime(1_000_000, 0);
    }

    private static TarEntry directory(String name) {
        return TarEntry.directory(ByteString.of(name), 0750).withMtime(2_000_000, 0);
    }

    private void untar(byte[] tar, String target, boolean readOnly, Options options) throws IOException {
        try (RootView view = new RootView(root, readOnly);
                TreeUntar untar = new TreeUntar(view, ByteString.of(target), options)) {
            untar.unpack(new ByteArrayInputStream(tar));
        }
    }

    @Test
    void aDirectoryIsNamedAsItWasAskedFor() throws IOException {
        Path app = Files.createDirectories(root.resolve("srv/app"));
        Files.writeString(app.resolve("a"), "content");
        Files.createLink(app.resolve("b"), app.resolve("a"));
        Files.createSymbolicLink(app.resolve("link"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(root.resolve("current"), Path.of("/srv/app"));

        assertThat(read(tar("/srv/app/")).keySet()).containsExactlyInAnyOrder("app", "app/a", "app/b", "app/link");
        assertThat(read(tar("/current/")).keySet()).contains("current/a");
        assertThat(read(tar("/srv/app/.")).keySet()).contains(".", "./a");
        assertThat(read(tar("/current"))).containsExactly(Map.entry("current", "-> /srv/app"));
        assertThat(read(tar("srv/app/a"))).containsExactly(Map.entry("a", "content"));
        Map<String, String> whole = read(tar("/srv/app/"));
        assertThat(List.of(whole.get("app/a"), whole.get("app/b")))
                .containsAnyOf("-> app/a", "-> app/b")
                .contains("content");
    }

    @Test
    void aStatSaysWhatGoSays() throws IOException {
        Files.createDirectories(root.resolve("var/run"));
        Files.writeString(root.resolve("tool"), "12345");
        Files.setAttribute(root.resolve("tool"), "unix:mode", 04755);
        Files.createSymbolicLink(root.resolve("run"), Path.of("var/run"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("../gone"));
        try (RootView view = new RootView(root, false)) {
            PathStat tool = view.stat(ContainerPath.of("/tool"));
            assertThat(tool.name()).isEqualTo("tool");
            assertThat(tool.stat().size()).isEqualTo(5);
            assertThat(PathStat.goMode(tool.stat().mode())).isEqualTo(1L << 23 | 0755);
            assertThat(view.stat(ContainerPath.of("/run")).linkTarget()).isEqualTo("/var/run");
            assertThat(PathStat.goMode(
                            view.stat(ContainerPath.of("/run")).stat().mode()))
                    .isEqualTo(1L << 27 | 0777);
            assertThat(view.stat(ContainerPath.of("/dangling")).linkTarget()).isEqualTo("/gone");
            assertThat(view.stat(ContainerPath.of("/run/")).stat().isDirectory())
                    .isTrue();
            assertThat(view.stat(ContainerPath.of("/")).name()).isEqualTo("/");
            assertThatThrownBy(() -> view.stat(ContainerPath.of("/tool/"))).hasMessageContaining("Not a directory");
        }
    }

    @Test
    void filesGoInWithAllThatTheyAre() throws IOException {
        Files.createDirectories(root.resolve("dst/old"));
        Files.writeString(root.resolve("dst/file"), "old");

        untar(
                archive(
                        directory("new"),
                        file("new/one"),
                        TarEntry.hardlink(ByteString.of("new/two"), ByteString.of("new/one")),
                        TarEntry.symlink(ByteString.of("link"), ByteString.of("/etc")),
                        file("file").withOwner(5, 6),
                        file("implied/deep")),
                "/dst",
                false,
                PLAIN);

        assertThat(root.resolve("dst/file")).hasContent("xxx");
        assertThat(Files.readAttributes(root.resolve("dst/file"), "unix:uid,gid,mode"))
                .containsEntry("uid", 5)
                .containsEntry("gid", 6)
                .containsEntry("mode", 0100640);
        assertThat(Files.isSameFile(root.resolve("dst/new/one"), root.resolve("dst/new/two")))
                .isTrue();
        assertThat(Files.getLastModifiedTime(root.resolve("dst/new")).toMillis())
                .isEqualTo(2_000_000_000L);
        assertThat(Files.readSymbolicLink(root.resolve("dst/link"))).isEqualTo(Path.of("/etc"));
        assertThat(root.resolve("dst/implied/deep")).exists();
        assertThat(root.resolve("dst/old")).isDirectory();

        untar(archive(file("mine")), "/dst", false, new Options(false, Optional.of(new Owner(7, 8))));
        assertThat(Files.getAttribute(root.resolve("dst/mine"), "unix:uid")).isEqualTo(7);
    }

    @Test
    void directoriesAndFilesDoNotReplaceEachOtherWhenSaidSo() throws IOException {
        Files.createDirectories(root.resolve("dst/directory"));
        Files.writeString(root.resolve("dst/file"), "file");
        Options options = new Options(true, Optional.empty());

        assertThatThrownBy(() -> untar(archive(file("directory")), "/dst", false, options))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("cannot overwrite directory \"/dst/directory\" with non-directory \"/dst\"");
        assertThatThrownBy(() -> untar(archive(directory("file")), "/dst", false, options))
                .hasMessage("cannot overwrite non-directory \"/dst/file\" with directory \"/dst\"");
        untar(archive(file("directory")), "/dst", false, PLAIN);
        assertThat(root.resolve("dst/directory")).isRegularFile();
    }

    @Test
    void hostileArchivesStayInTheContainer() throws IOException {
        Files.createDirectories(root.resolve("dst"));
        Files.createSymbolicLink(root.resolve("dst/out"), outside);
        Files.createDirectories(root.resolve(outside.toString().substring(1)));

        for (String name : List.of("../x", "a/../../x", "/../x")) {
            assertThatThrownBy(() -> untar(archive(file(name)), "/dst", false, PLAIN))
                    .isInstanceOf(EngineException.InvalidInput.class);
        }
        assertThatThrownBy(() -> untar(
                        archive(TarEntry.hardlink(ByteString.of("l"), ByteString.of("../../" + outside + "/secret"))),
                        "/dst",
                        false,
                        PLAIN))
                .isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() ->
                        untar(archive(TarEntry.symlink(ByteString.of("."), ByteString.of("/"))), "/dst", false, PLAIN))
                .isInstanceOf(EngineException.InvalidInput.class);
        // An absolute link of the container is the container's own.
        untar(archive(file("out/planted")), "/dst", false, PLAIN);
        assertThat(outside.resolve("planted")).doesNotExist();
        assertThat(root.resolve(outside.toString().substring(1)).resolve("planted"))
                .exists();
        assertThat(read(tar("/dst/out/secret"))).isEmpty();
    }

    @Test
    void aReadOnlyRootIsNotWrittenToAndAReadOnlyVolumeNeither(@TempDir Path volume) throws IOException {
        Files.createDirectories(root.resolve("data"));
        MountPoint mount =
                new MountPoint(MountPoint.Type.BIND, volume.toString(), "/data", true, "", "", List.of(), false);

        assertThatThrownBy(() -> untar(archive(file("f")), "/", true, PLAIN))
                .isInstanceOf(EngineException.Forbidden.class)
                .hasMessage("container rootfs is marked read-only");
        assertThatThrownBy(() -> MountedView.with(root, List.of(mount), false, view -> {
                    try (TreeUntar untar = new TreeUntar(view, ByteString.of("/data"), PLAIN)) {
                        untar.unpack(new ByteArrayInputStream(archive(file("f"))));
                    }
                    return "";
                }))
                .isInstanceOf(EngineException.Forbidden.class)
                .hasMessage("mounted volume is marked read-only");
    }

    @Test
    void aStoppedContainersVolumesAreSeenAndNobodyElseSeesThem(@TempDir Path volume) throws IOException {
        Files.writeString(volume.resolve("inside"), "volume");
        Files.createSymbolicLink(root.resolve("alias"), Path.of("/var/data"));
        MountPoint mount = new MountPoint(
                MountPoint.Type.VOLUME, volume.toString(), "/alias/sub", false, "", "v", List.of(), false);
        Files.createDirectories(root.resolve("var/data"));

        byte[] tar = MountedView.with(root, List.of(mount), false, view -> {
            try (TreeUntar untar = new TreeUntar(view, ByteString.of("/var/data/sub"), PLAIN)) {
                untar.unpack(new ByteArrayInputStream(archive(file("added"))));
            }
            return tar(view, "/var/data/");
        });

        assertThat(read(tar)).containsEntry("data/sub/inside", "volume").containsEntry("data/sub/added", "xxx");
        assertThat(volume.resolve("added")).exists();
        assertThat(root.resolve("var/data/sub")).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(root.toString());
    }

    @Test
    void aUserIsFoundInTheContainersPasswdOnly() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nredis:x:999:998::/:/bin/sh\n");
        try (RootView view = new RootView(root, false)) {
            assertThat(CopyOwner.of("redis", view)).contains(new Owner(999, 998));
            assertThat(CopyOwner.of("redis:5", view)).contains(new Owner(999, 5));
            assertThat(CopyOwner.of("1000", view)).contains(new Owner(1000, 0));
            assertThat(CopyOwner.of("nobody-there", view)).isEmpty();
            assertThat(CopyOwner.of("4294967296", view)).isEmpty();
            Files.delete(root.resolve("etc/passwd"));
            Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../../../../../../../etc/passwd"));
            assertThat(CopyOwner.of("daemon", view)).isEmpty();
        }
    }

    @Test
    void attributesTravelBothWays() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "x");
        Xattrs.set(file, ByteString.of("user.note"), new byte[] {0, 7});
        Files.createDirectories(root.resolve("dst"));

        untar(tar("/file"), "/dst", false, PLAIN);
        assertThat(Xattrs.get(root.resolve("dst/file"), ByteString.of("user.note"))
                        .orElseThrow())
                .containsExactly(0, 7);
    }

    /** CVE-2018-15664: a process in the container swaps a directory and a link to the node's files all the time. */
    @Test
    void aRaceLeadsNowhere() throws Exception {
        Path dir = Files.createDirectories(root.resolve("w/dir"));
        Files.writeString(dir.resolve("secret"), "harmless");
        String up = "../../../../../../../../..";
        Files.createSymbolicLink(root.resolve("w/link"), Path.of(up + outside));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<IOException> failed = new AtomicReference<>();
        Thread swapping = Thread.ofPlatform().start(() -> {
            try {
                while (!stop.get()) {
                    swap();
                }
            } catch (IOException e) {
                failed.set(e);
            }
        });
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            try {
                untar(archive(file("planted")), "/w/dir", false, PLAIN);
            } catch (IOException | EngineException swapped) {
                seen.add(swapped.getClass().getSimpleName());
            }
            try {
                seen.addAll(read(tar("/w/dir/")).values());
            } catch (IOException swapped) {
                seen.add(swapped.getClass().getSimpleName());
            }
        }
        stop.set(true);
        swapping.join();

        assertThat(failed.get()).isNull();
        assertThat(seen).contains("harmless").doesNotContain("secret");
        assertThat(outside).isDirectoryContaining(path -> path.endsWith("secret"));
        assertThat(Files.exists(outside.resolve("planted"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    private void swap() throws IOException {
        Path w = root.resolve("w");
        Files.move(w.resolve("dir"), w.resolve("third"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(w.resolve("link"), w.resolve("dir"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(w.resolve("dir"), w.resolve("link"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(w.resolve("third"), w.resolve("dir"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void pathsAreReadAsDockerReadsThem() {
        assertThat(ContainerPath.of("a/../b/./c")).isEqualTo(new ContainerPath("/b/c", false, false));
        assertThat(ContainerPath.of("/a/")).isEqualTo(new ContainerPath("/a", true, false));
        assertThat(ContainerPath.of("/a/.").base()).isEqualTo(".");
        assertThat(ContainerPath.of("../../etc").absolute()).isEqualTo("/etc");
        assertThat(ContainerPath.of("/").base()).isEqualTo("/");
        assertThat(ContainerPath.of("/x").parent()).isEqualTo("/");
    }

    @Test
    void openDescriptorsAreGivenBack() throws IOException {
        Files.createDirectories(root.resolve("a/b/c"));
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            untar(archive(directory("d"), file("d/e/f")), "/a", false, PLAIN);
            tar("/a/");
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
