package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All layers in one view, and what image-spec's layer.md says of removing, hiding and merging, seen in a container. */
class UnionIT {
    private final Strata strata = Strata.running();

    @Test
    void theViewIsTheLayersOneUponTheOther(@TempDir Path folder) throws Exception {
        String longName = "n".repeat(255);
        // VFS_CAP_REVISION_2, effective, cap_net_raw permitted (linux/capability.h).
        byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        new SmallImage(folder)
                .busybox("sh", "ls", "cat", "stat", "find", "wc", "sort", "sha256sum")
                .layer(tar -> {
                    tar.entry(TarEntry.directory(ByteString.of("d"), 0755).withMtime(1_000, 0));
                    SmallImage.file(tar, "d/kept", "kept");
                    SmallImage.file(tar, "d/removed", "removed");
                    tar.entry(TarEntry.directory(ByteString.of("o"), 0755));
                    SmallImage.file(tar, "o/hidden", "hidden");
                    SmallImage.file(tar, "was-file", "file");
                    tar.entry(TarEntry.directory(ByteString.of("was-directory"), 0755));
                    SmallImage.file(tar, "was-directory/f", "f");
                    SmallImage.file(tar, "first", "linked");
                    tar.entry(TarEntry.hardlink(ByteString.of("second"), ByteString.of("first")));
                    SmallImage.file(tar, "setuid", 04755, new byte[0]);
                    SmallImage.file(tar, longName, "long");
                    TarEntry capable = TarEntry.file(ByteString.of("capable"), 0755, 0)
                            .withXattrs(new TreeMap<>(Map.of(
                                    ByteString.of("security.capability"),
                                    capability,
                                    ByteString.of("user.binary"),
                                    new byte[] {(byte) 0xff, 0, (byte) 0x80, '\n'})));
                    tar.entry(capable);
                    tar.entry(TarEntry.device(TarType.CHARACTER_DEVICE, ByteString.of("null"), 0666, 1, 3));
                    tar.entry(TarEntry.fifo(ByteString.of("pipe"), 0600));
                    tar.entry(TarEntry.file(ByteString.of("owned"), 0640, 0).withOwner(70_000, 3_000_000_000L));
                    SmallImage.file(tar, "large", 0644, SmallImage.noise(20_000_000, 7));
                })
                .layer(tar -> {
                    SmallImage.file(tar, "d/.wh.removed", "");
                    tar.entry(TarEntry.directory(ByteString.of("d"), 01777).withMtime(2_000, 0));
                    SmallImage.file(tar, "d/added", "added");
                    tar.entry(TarEntry.directory(ByteString.of("o"), 0755));
                    SmallImage.file(tar, "o/.wh..wh..opq", "");
                    SmallImage.file(tar, "o/shown", "shown");
                    tar.entry(TarEntry.directory(ByteString.of("was-file"), 0755));
                    SmallImage.file(tar, "was-file/inside", "inside");
                    SmallImage.file(tar, "was-directory", "a file now");
                    SmallImage.file(tar, "never-there/.wh.ghost", "");
                })
                .push(strata.upstream().address(), "library/union", "1");
        strata.ok("pull", "-q", "union:1");
        String shown = strata.ok("run", "--rm", "union:1", "sh", "-c", """
                ls -A /d /o /never-there; stat -c '%a %Y' /d; cat /was-file/inside /was-directory; echo
                stat -c '%h %i' /first; stat -c '%h %i' /second; stat -c %a /setuid; cat /nnnn*; echo
                stat -c '%F %t %T' /null; stat -c %F /pipe; stat -c '%u %g %a' /owned; stat -c %s /large; sha256sum < /large""");
        String[] lines = shown.split("\n");
        assertThat(lines)
                .startsWith(
                        "/d:",
                        "added",
                        "kept",
                        "",
                        "/never-there:",
                        "",
                        "/o:",
                        "shown",
                        "1777 2000",
                        "insidea file now");
        assertThat(lines[10]).startsWith("2 ").isEqualTo(lines[11]);
        assertThat(lines)
                .endsWith(
                        "4755",
                        "long",
                        "character special file 1 3",
                        "fifo",
                        "70000 3000000000 640",
                        "20000000",
                        java.util.HexFormat.of()
                                        .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                                .digest(SmallImage.noise(20_000_000, 7)))
                                + "  -");
        String id = strata.ok("run", "-d", "union:1", "sh", "-c", "while :; do :; done");
        String root = "/proc/" + strata.ok("inspect", "--format", "{{.State.Pid}}", id) + "/root";
        assertThat(Command.run("getfattr", "-n", "security.capability", "-e", "hex", "--only-values", root + "/capable")
                        .out()
                        .getBytes(StandardCharsets.ISO_8859_1)
                        .length)
                .isPositive();
        assertThat(Command.run("getfattr", "-n", "user.binary", "-e", "hex", root + "/capable")
                        .out())
                .contains("0xff00800a");
        assertThat(Command.run("getfattr", "-n", "security.capability", "-e", "hex", root + "/capable")
                        .out())
                .contains("0x0100000200200000000000000000000000000000");
        assertThat(strata.ok("diff", id)).isEmpty();
        strata.ok("rm", "-f", id);
    }

    @Test
    void imageLayersAreReadOnlyToContainers(@TempDir Path folder) throws Exception {
        new SmallImage(folder)
                .busybox("sh", "cat", "sleep")
                .push(strata.upstream().address(), "library/readonly", "1");
        String id = strata.ok("run", "-d", "readonly:1", "sleep", "300");
        Ran mounts =
                strata.shell("grep \" / / \" /proc/$(docker inspect --format '{{.State.Pid}}' " + id + ")/mountinfo");
        assertThat(mounts.out()).contains("overlay").contains("lowerdir").contains("upperdir");
        strata.ok("rm", "-f", id);
    }
}
