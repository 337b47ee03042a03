package io.strata.runtime.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Xattrs;
import io.strata.runtime.volumes.MountPoint.Type;
import io.strata.runtime.volumes.MountRequest.MountSpec;
import io.strata.runtime.volumes.Volumes.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalVolumesIT {
    @TempDir
    private Path home;

    @TempDir
    private Path root;

    private LocalVolumes volumes;

    @BeforeEach
    void setUp() {
        volumes = new LocalVolumes(home);
    }

    private static MountRequest request(List<String> binds, List<MountSpec> mounts, List<String> volumes) {
        return new MountRequest(binds, mounts, Map.of(), volumes, List.of());
    }

    private static MountSpec spec(String type, String source, String target) {
        return new MountSpec(type, source, target, false, "", false, false, Map.of(), 0, 0);
    }

    @Test
    void aVolumeIsThereForTheNextService() throws IOException {
        Volume made = volumes.create("data", Map.of("a", "b"));

        assertThat(volumes.create("data", Map.of("other", "label"))).isEqualTo(made);
        assertThat(new LocalVolumes(home).find("data")).contains(made);
        assertThat(made.data()).isDirectory();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(made.data().getParent())))
                .isEqualTo("rwx--x--x");
        assertThatThrownBy(() -> volumes.create("../etc", Map.of()))
                .hasMessageStartingWith(
                        "create ../etc: \"../etc\" includes invalid characters for a local volume name");
        assertThatThrownBy(() -> volumes.create("x", Map.of())).hasMessageStartingWith("volume name is too short");
    }

    @Test
    void mountsAreDecidedInDockersOrder() throws IOException {
        MountPoint inherited = new MountPoint(Type.BIND, "/tmp", "/data", false, "rprivate", "", List.of(), false);
        List<MountPoint> decided = volumes.decide(new MountRequest(
                List.of("named:/data/sub:ro", home + "/new:/bind"),
                List.of(spec("tmpfs", "", "/scratch")),
                Map.of("/run", "size=1m"),
                List.of("/data", "/data/sub", "/var/lib"),
                List.of(inherited)));

        assertThat(decided)
                .extracting(mount -> mount.type() + " " + mount.destination())
                .containsExactly(
                        "BIND /data",
                        "BIND /bind",
                        "TMPFS /scratch",
                        "TMPFS /run",
                        "VOLUME /data/sub",
                        "VOLUME /var/lib");
        assertThat(home.resolve("new")).isDirectory();
        assertThat(decided.get(4).name()).isEqualTo("named");
        assertThat(decided.get(4).readOnly()).isTrue();
        assertThat(decided.get(5).name()).matches("[0-9a-f]{64}");
        assertThat(decided.get(5).populate()).isTrue();
    }

    @Test
    void whatIsRefusedLeavesNoVolumeBehind() throws IOException {
        volumes.create("kept", Map.of());
        for (MountRequest refused : List.of(
                request(List.of("made:/a", "kept:/b", "/tmp:/a"), List.of(), List.of()),
                request(List.of("made:/a"), List.of(spec("bind", "/nope", "/b")), List.of()),
                request(List.of("made:/a", "/x"), List.of(), List.of("/../../etc")))) {
            assertThatThrownBy(() -> volumes.decide(refused)).isInstanceOf(MountException.class);
            assertThat(volumes.list()).extracting(Volume::name).containsExactly("kept");
        }
        assertThatThrownBy(() -> volumes.decide(request(List.of("/tmp:/a", "/tmp:/a/"), List.of(), List.of())))
                .hasMessage("Duplicate mount point: /a");
        assertThatThrownBy(() -> volumes.decide(request(List.of(), List.of(spec("bind", "/nope", "/b")), List.of())))
                .hasMessage("invalid mount config for type \"bind\": bind source path does not exist: /nope");
        assertThatThrownBy(() -> volumes.decide(request(List.of("/tmp:b"), List.of(), List.of())))
                .hasMessage("invalid volume specification: '/tmp:b': invalid mount config for type \"bind\": "
                        + "invalid mount path: 'b' mount path must be absolute");
        assertThatThrownBy(() -> volumes.decide(request(List.of("/tmp:/"), List.of(), List.of())))
                .hasMessageEndingWith("invalid specification: destination can't be '/'");
    }

    @Test
    void aVolumeInUseStaysAndAnAnonymousOneGoesWithItsLastContainer() throws IOException {
        volumes.create("data", Map.of());
        String anonymous = volumes.createAnonymous().name();
        volumes.hold("one", List.of("data", anonymous));
        volumes.hold("two", List.of(anonymous));

        assertThatThrownBy(() -> volumes.remove("data", false)).hasMessage("remove data: volume is in use - [one]");
        volumes.release("one", true);
        assertThat(volumes.find(anonymous)).isPresent();
        new LocalVolumes(home).release("two", true);
        assertThat(volumes.find(anonymous)).isEmpty();
        assertThat(volumes.find("data")).isPresent();
        volumes.remove("data", false);
        assertThat(volumes.list()).isEmpty();
    }

    @Test
    void whatADeadServiceWasRemovingIsGone() throws IOException {
        volumes.create("data", Map.of());
        Path left = Files.createDirectories(home.resolve("volumes/.unfinished-abc/_data/deep"));
        Files.createSymbolicLink(left.resolve("link"), root);
        Files.writeString(root.resolve("outside"), "stays");

        new LocalVolumes(home).create("other", Map.of());
        assertThat(home.resolve("volumes/.unfinished-abc")).doesNotExist();
        assertThat(root.resolve("outside")).exists();
    }

    @Test
    void theImagesContentIsCopiedWithAllThatItIs() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for owners");
        Path data = Files.createDirectories(root.resolve("var/data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setAttribute(data, "unix:uid", 999);
        Path file = Files.writeString(data.resolve("file"), "content");
        Xattrs.set(file, ByteString.of("user.note"), new byte[] {0, 1});
        Files.setAttribute(file, "unix:mode", 04755);
        Files.createDirectories(data.resolve("sub"));
        Files.createLink(data.resolve("sub/second"), file);
        Files.createSymbolicLink(data.resolve("passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(root.resolve("data"), Path.of("/var/data"));

        Volume volume = volumes.create("data", Map.of());
        volumes.populate(volume, root, "/data");

        Path copy = volume.data();
        assertThat(Files.getAttribute(copy, "unix:uid")).isEqualTo(999);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rwxr-x---");
        assertThat(copy.resolve("file")).hasContent("content");
        assertThat((int) Files.getAttribute(copy.resolve("file"), "unix:mode") & 07777)
                .isEqualTo(04755);
        assertThat(Xattrs.get(copy.resolve("file"), ByteString.of("user.note")).orElseThrow())
                .containsExactly(0, 1);
        assertThat(Files.isSameFile(copy.resolve("file"), copy.resolve("sub/second")))
                .isTrue();
        assertThat(Files.readSymbolicLink(copy.resolve("passwd"))).isEqualTo(Path.of("/etc/passwd"));

        Files.writeString(data.resolve("later"), "not copied");
        volumes.populate(volume, root, "/data");
        assertThat(copy.resolve("later")).doesNotExist();
    }

    @Test
    void anImageThatPointsOutsideGivesNothingFromOutside(@TempDir Path outside) throws IOException {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("data"), Path.of("../../../../../../.." + outside));
        Files.writeString(root.resolve("file"), "a file");
        Volume volume = volumes.create("data", Map.of());

        volumes.populate(volume, root, "/data");
        volumes.populate(volume, root, "/../../.." + outside);
        assertThat(volume.data()).isEmptyDirectory();
        assertThatThrownBy(() -> volumes.populate(volume, root, "/file"))
                .hasMessage("cannot mount volume over existing file, file exists /file");
        assertThat(Files.exists(volume.data(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
}
