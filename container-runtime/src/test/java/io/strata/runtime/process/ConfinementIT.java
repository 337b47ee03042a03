package io.strata.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ContainerFixture.Asked;
import io.strata.runtime.process.ContainerFixture.Ran;
import io.strata.runtime.spec.Privileges;
import io.strata.runtime.spec.Resources;
import io.strata.runtime.volumes.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container may and sees, from its inside, and images that try to get out. */
@Timeout(60)
class ConfinementIT {
    @TempDir
    Path home;

    private ContainerFixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new ContainerFixture(home);
    }

    @AfterEach
    void clean() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private Ran sh(String script) throws Exception {
        return fixture.asked("sh", "-c", script).toEnd();
    }

    private static Privileges privileges(boolean privileged, List<String> add, List<String> drop, String... security) {
        return new Privileges(
                privileged,
                add,
                drop,
                List.of(security),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void capabilitiesAreDockersAndNoneIsInherited() throws Exception {
        String status = sh("grep -E '^(Cap|Seccomp:|NoNew)' /proc/self/status").out();
        assertThat(status.lines().map(line -> line.replaceAll("\\s+", " ")))
                .contains(
                        "CapInh: 0000000000000000",
                        "CapPrm: 00000000a80425fb",
                        "CapEff: 00000000a80425fb",
                        "CapBnd: 00000000a80425fb",
                        "CapAmb: 0000000000000000",
                        "Seccomp: 2",
                        "NoNewPrivs: 0");
    }

    @Test
    void anotherUserThanRootHasNoCapabilities() throws Exception {
        Ran ran = fixture.asked("sh", "-c", "grep CapEff /proc/self/status; id -u; id -g; id -G; echo $HOME")
                .user("alice")
                .groups("audio", "77")
                .toEnd();
        assertThat(ran.out().replaceAll("\\s+", " "))
                .isEqualTo("CapEff: 0000000000000000 1000 1001 1001 29 50 77 /home/alice ");
    }

    @Test
    void capabilitiesAreAddedDroppedAndRefused() throws Exception {
        Ran none = fixture.asked("grep", "CapEff", "/proc/self/status")
                .privileges(
                        privileges(false, List.of("chown"), List.of("ALL"), "no-new-privileges", "seccomp=unconfined"))
                .toEnd();
        assertThat(none.out()).endsWith("0000000000000001\n");
        assertThatThrownBy(fixture.asked("true").privileges(privileges(false, List.of("FLY"), List.of()))::create)
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("unknown capability: \"CAP_FLY\"");
    }

    @Test
    void aPrivilegedContainerHasAllThatWeHave() throws Exception {
        Ran ran = fixture.asked(
                        "sh",
                        "-c",
                        "grep -E 'CapEff|Seccomp:' /proc/self/status; ls /dev/loop-control /dev/kmsg; mkdir /tmp/m; mount -t tmpfs x /tmp/m && echo mounted")
                .privileges(privileges(true, List.of(), List.of()))
                .toEnd();
        String ours = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapPrm"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\\s", "");
        assertThat(ran.out()).contains(ours).contains("Seccomp:\t0").contains("mounted");
    }

    @Test
    void theKernelsFileSystemsAreMaskedAndReadOnly() throws Exception {
        Ran ran = sh(
                "wc -c < /proc/timer_list; ls /sys/firmware | wc -l; echo 1 > /proc/sys/kernel/domainname; "
                        + "touch /sys/x; mount -t tmpfs x /tmp; stat -c '%a %F' /dev/null /dev/shm; ls /dev | tr '\\n' ' '; echo; hostname");
        assertThat(ran.out()).startsWith("0\n0\n").contains("666 character special file\n1777 directory\n");
        assertThat(ran.out()).contains("null").doesNotContain("sda").endsWith("box\n");
        assertThat(ran.err().lines().filter(line -> line.matches(".*(Read-only|read-only|not permitted|denied).*")))
                .hasSize(3);
    }

    @Test
    void theEnvironmentIsDockers() throws Exception {
        Ran ran = fixture.asked("env").env("X=1", "HOSTNAME").toEnd();
        assertThat(ran.out().lines())
                .containsExactlyInAnyOrder(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "X=1", "HOME=/root");
    }

    @Test
    void mountsAreReadOnlyWhenAskedAndTmpfsFresh() throws Exception {
        Path data = Files.createDirectories(home.resolve("data"));
        Files.writeString(data.resolve("f"), "content\n");
        MountPoint bind =
                new MountPoint(MountPoint.Type.BIND, data.toString(), "/data", true, "rprivate", "", List.of(), false);
        MountPoint tmpfs = new MountPoint(
                MountPoint.Type.TMPFS, "", "/scratch", false, "", "", List.of("size=1m", "exec", "mode=1777"), false);
        Ran ran = fixture.asked("sh", "-c", "cat /data/f; touch /data/x; grep ' /scratch ' /proc/mounts")
                .mounts(bind, tmpfs)
                .toEnd();
        assertThat(ran.out()).startsWith("content\n").contains("size=1024k").doesNotContain("noexec");
        assertThat(ran.err()).containsIgnoringCase("read-only file system");
    }

    @Test
    void limitsReachTheCgroup() throws Exception {
        Resources limits = new Resources(64 << 20, 0, 0, -1, false, 500_000_000, 0, 0, 0, "", "", 50, 0, List.of());
        Asked asked = fixture.asked("sleep", "1000").resources(limits);
        asked.run();
        CgroupSample sample = fixture.supervisor.sample(asked.id);
        assertThat(sample.memoryLimit()).isEqualTo(64 << 20);
        assertThat(sample.pidsLimit()).isEqualTo(50);
        assertThatThrownBy(() -> new Resources(1, 0, 0, -1, false, 0, 0, 0, 0, "", "", 0, 0, List.of()).check())
                .hasMessage("Minimum memory limit allowed is 6MB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "2147483648", "-1", "0:4294967296", "99999999999999999999"})
    void aUserOutOfRangeIsRefused(String user) {
        assertThatThrownBy(fixture.asked("id").user(user)::create)
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("uids and gids must be in range 0-2147483647");
    }

    @Test
    void aPasswdFileThatIsNoFileIsRefusedAtOnce() throws Exception {
        Path passwd = fixture.root.resolve("etc/passwd");
        Files.delete(passwd);
        Kernel.mkfifo(passwd.toString(), 0644);
        assertThatThrownBy(fixture.asked("id").user("alice")::create)
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("the container's /etc/passwd is not a regular file");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of("passwd"));
        assertThatThrownBy(fixture.asked("id").user("alice")::create).hasMessageContaining("loop of symbolic links");
    }

    @Test
    void aPasswdFileThatIsTooLargeIsRefused() throws Exception {
        try (var file =
                new java.io.RandomAccessFile(fixture.root.resolve("etc/group").toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assertThatThrownBy(fixture.asked("id").user("alice")::create).hasMessageContaining("larger than");
    }

    @Test
    void linksOfTheImageAreFollowedInsideItsRoot() throws Exception {
        Path passwd = fixture.root.resolve("etc/passwd");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of("/../../../../tmp/passwd"));
        Files.writeString(fixture.root.resolve("tmp/passwd"), "bob:x:1234:1234::/:/bin/sh\n");
        assertThat(fixture.asked("id", "-u").user("bob").toEnd().out()).isEqualTo("1234\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/7", "/proc/self/fd/../fd/8", "/proc/1/root", "/way/fd/7", "/out"})
    void aWorkingDirectoryBehindADescriptorIsRefused(String directory) throws Exception {
        Files.createSymbolicLink(fixture.root.resolve("way"), Path.of("/proc/self"));
        Files.createSymbolicLink(fixture.root.resolve("out"), Path.of("way/fd/7"));
        assertThatThrownBy(fixture.asked("pwd").workingDir(directory)::create)
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("leads out of the container");
    }

    @Test
    void aMissingWorkingDirectoryIsMade() throws Exception {
        assertThat(fixture.asked("pwd").workingDir("/srv/app").toEnd().out()).isEqualTo("/srv/app\n");
    }

    @Test
    void aMountOverALinkStaysInside() throws Exception {
        Path outside = Files.createDirectories(home.resolve("outside"));
        Files.createSymbolicLink(fixture.root.resolve("link"), outside);
        Path data = Files.createDirectories(home.resolve("data"));
        MountPoint bind =
                new MountPoint(MountPoint.Type.BIND, data.toString(), "/link", false, "rprivate", "", List.of(), false);
        fixture.asked("touch", "/link/written").mounts(bind).toEnd();
        assertThat(data.resolve("written")).exists();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void theRuntimesProgramCannotBeOverwritten() throws Exception {
        Ran ran = sh("for p in /proc/[0-9]*; do echo x >> $p/exe; done 2>/dev/null; echo done");
        assertThat(ran.out()).isEqualTo("done\n");
        assertThat(new ProcessBuilder("runc", "--version").start().waitFor()).isZero();
    }
}
