package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker run} with its options, and how it ends. */
class RunIT {
    private final Strata strata = Strata.running();

    @BeforeAll
    static void pull() {
        Strata.running().ok("pull", "-q", "busybox");
        Strata.running().ok("pull", "-q", "redis");
    }

    @Test
    void aPipeGoesThrough() {
        Ran ran = strata.dockerCommand("run", "-i", "--rm", "busybox", "cat")
                .input("x\n")
                .run();
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("x\n");
    }

    @Test
    void outputAndErrorsStayApart() {
        Ran ran = strata.docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3");
        assertThat(ran).isEqualTo(new Ran(3, "out\n", "err\n"));
    }

    @ParameterizedTest
    @CsvSource({"/bin/true,0", "/no/such/program,127", "/etc,126"})
    void exitCodesAreDockers(String program, int code) {
        assertThat(strata.docker("run", "--rm", "busybox", program).exit()).isEqualTo(code);
        assertThat(strata.ok("ps", "-aq", "--filter", "ancestor=busybox", "--filter", "status=created"))
                .isEmpty();
    }

    @Test
    void theEnginesOwnRefusalIs125() {
        Ran ran = strata.docker("run", "--rm", "--network", "no-such-network", "busybox", "true");
        assertThat(ran.exit()).isEqualTo(125);
        assertThat(ran.err()).contains("network no-such-network not found");
    }

    @Test
    void environmentDirectoryUserAndEntrypoint() {
        assertThat(strata.ok(
                        "run",
                        "--rm",
                        "-e",
                        "A=b c",
                        "-w",
                        "/tmp",
                        "-u",
                        "65534:65534",
                        "--entrypoint",
                        "sh",
                        "busybox",
                        "-c",
                        "echo $A; pwd; id -u; id -g"))
                .isEqualTo("b c\n/tmp\n65534\n65534");
        assertThat(strata.docker("run", "--rm", "-u", "4294967296", "busybox", "true")
                        .exit())
                .isEqualTo(125);
        assertThat(strata.docker("run", "--rm", "-u", "nobody-of-that-name", "busybox", "true")
                        .err())
                .contains("unable to find user nobody-of-that-name");
    }

    @Test
    void namesAreMadeAndKeptApart() {
        String name = strata.ok("inspect", "--format", "{{.Name}}", strata.ok("run", "-d", "busybox", "sleep", "60"));
        assertThat(name).matches("/[a-z]+_[a-z]+[0-9]?");
        Ran second = strata.docker("run", "--name", name.substring(1), "busybox", "true");
        assertThat(second.exit()).isEqualTo(125);
        assertThat(second.err())
                .contains("Conflict. The container name \"" + name + "\" is already in use by container");
        strata.ok("rm", "-f", name.substring(1));
    }

    @Test
    void foldersAndVolumes(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("f"), "of the machine");
        assertThat(strata.ok(
                        "run",
                        "--rm",
                        "-v",
                        folder + ":/m:ro",
                        "busybox",
                        "sh",
                        "-c",
                        "cat /m/f; touch /m/g 2>/dev/null || echo read-only"))
                .isEqualTo("of the machineread-only");
        strata.ok("run", "--rm", "-v", "kept:/data", "busybox", "sh", "-c", "echo here > /data/f");
        assertThat(strata.ok("run", "--rm", "-v", "kept:/data", "busybox", "cat", "/data/f"))
                .isEqualTo("here");
        assertThat(strata.ok("volume", "ls", "-q")).contains("kept");
        strata.ok("volume", "rm", "kept");
    }

    @Test
    void anImagesVolumeIsAnonymousWithItsContentAndGoesWithTheContainer() {
        String before = strata.ok("volume", "ls", "-q");
        String id = strata.ok("run", "-d", "redis");
        assertThat(strata.ok("inspect", "--format", "{{(index .Mounts 0).Type}} {{(index .Mounts 0).Destination}}", id))
                .isEqualTo("volume /data");
        assertThat(strata.ok("exec", id, "stat", "-c", "%U", "/data")).isEqualTo("redis");
        assertThat(strata.ok("exec", id, "redis-cli", "ping")).isEqualTo("PONG");
        strata.ok("rm", "-f", "-v", id);
        assertThat(strata.ok("volume", "ls", "-q")).isEqualTo(before);
    }

    @Test
    void networksOfThreeKinds() {
        assertThat(strata.ok("run", "--rm", "--network", "none", "busybox", "ip", "-o", "link"))
                .contains("lo")
                .doesNotContain("eth0");
        assertThat(strata.ok("run", "--rm", "busybox", "ip", "-o", "-4", "addr", "show", "eth0"))
                .contains("inet ");
        assertThat(strata.ok("run", "--rm", "--network", "host", "busybox", "hostname"))
                .isEqualTo(Command.run("hostname").out().strip());
    }

    @Test
    void publishedPortsAnswerOnIpv4AndIpv6AndAreNotGivenTwice() {
        int port = Strata.freePort();
        String server = "while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nhello' | nc -l -p 80 >/dev/null; done";
        String id = strata.ok("run", "-d", "-p", port + ":80", "busybox", "sh", "-c", server);
        try {
            assertThat(strata.ok("port", id))
                    .contains("80/tcp -> 0.0.0.0:" + port)
                    .contains("80/tcp -> [::]:" + port);
            String fetch = "curl -sS --retry 20 --retry-all-errors --retry-delay 1 -m 5 ";
            assertThat(strata.shell(fetch + "http://127.0.0.1:" + port).out()).isEqualTo("hello");
            assertThat(strata.shell(fetch + "'http://[::1]:" + port + "'").out())
                    .isEqualTo("hello");
            Ran second = strata.docker("run", "--rm", "-p", port + ":80", "busybox", "true");
            assertThat(second.exit()).isEqualTo(125);
            assertThat(second.err()).containsPattern("port is already allocated|address already in use");
            String free = strata.ok("run", "-d", "-p", "80", "busybox", "sh", "-c", server);
            assertThat(strata.ok("port", free, "80")).containsPattern("0\\.0\\.0\\.0:[1-9][0-9]+");
            strata.ok("rm", "-f", free);
        } finally {
            strata.ok("rm", "-f", id);
        }
    }

    @Test
    void aContainerHasDockersCapabilitiesAndFilters() {
        assertThat(strata.ok("run", "--rm", "busybox", "grep", "-E", "^(CapInh|CapEff|Seccomp):", "/proc/self/status"))
                .contains("CapInh:\t0000000000000000", "CapEff:\t00000000a80425fb", "Seccomp:\t2");
        assertThat(strata.docker("run", "--rm", "busybox", "sh", "-c", "echo 1 > /proc/sysrq-trigger")
                        .exit())
                .isNotZero();
        assertThat(strata.ok("run", "--rm", "busybox", "sh", "-c", "cat /proc/kcore | head -c 1 | wc -c"))
                .isEqualTo("0");
    }

    @Test
    void anImagesVolumeCannotLeaveTheRoot() {
        Ran ran = strata.docker("run", "--rm", "-v", "/../../etc/evil", "busybox", "true");
        assertThat(Path.of("/etc/evil")).doesNotExist();
        assertThat(ran.exit()).isIn(0, 125);
    }
}
