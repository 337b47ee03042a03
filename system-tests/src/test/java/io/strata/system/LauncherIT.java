package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says and leaves. */
class LauncherIT {
    private final Strata strata = Strata.running();

    @Test
    void aSecondUpChangesNothing() throws Exception {
        String before = Files.readString(strata.home().resolve("run/registry-gateway"));
        Ran up = strata.launcher("up");
        assertThat(up.exit()).isZero();
        assertThat(up.out()).contains("runs already");
        assertThat(Files.readString(strata.home().resolve("run/registry-gateway")))
                .isEqualTo(before);
    }

    @Test
    void statusHasALineAProcess() {
        Ran status = strata.launcher("status");
        assertThat(status.exit()).as(status.all()).isZero();
        assertThat(status.out())
                .contains("registry-gateway", "layer-store", "container-runtime", "commit-service", "healthy", "MiB");
    }

    @Test
    void aTakenPortIsNamedAndNothingStays(@TempDir Path home) throws Exception {
        Map<String, String> environment = new HashMap<>(strata.environment());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("STRATA_HOME", home.toString());
            environment.put("STRATA_PORT_BASE", Integer.toString(taken.getLocalPort() - 1));
            Ran up = Command.of(java.util.List.of(
                            Strata.projectRoot().resolve("strata").toString(), "up"))
                    .environment(environment)
                    .run();
            assertThat(up.exit()).isNotZero();
            assertThat(up.err()).contains("port " + taken.getLocalPort() + ", which layer-store needs, is taken");
            assertThat(home.resolve("run")).satisfiesAnyOf(p -> assertThat(p).doesNotExist(), p -> assertThat(p)
                    .isEmptyDirectory());
        }
    }

    @Test
    void wrongWordsAreToldInOneLine() {
        assertThat(strata.launcher("upp").err().lines()).hasSize(1);
        assertThat(strata.launcher("up", "--nodes", "x").exit()).isNotZero();
        assertThat(strata.launcher("down", "--all").err()).contains("--wipe");
    }

    @Test
    void downLeavesNothing(@TempDir Path folder) throws Exception {
        Path home = Files.createTempDirectory("strata-down-");
        try (Upstream upstream = Upstream.start(folder.resolve("upstream"))) {
            Strata other = Strata.notStarted(home, upstream);
            String mounts = mounts();
            String rules = rules();
            assertThat(other.launcher("up").exit()).isZero();
            other.ok("pull", "-q", "busybox");
            other.ok("run", "-d", "-p", "0:80", "busybox", "sleep", "600");
            Ran down = other.launcher("down", "--wipe");
            assertThat(down.exit()).as(down.all()).isZero();
            assertThat(home).doesNotExist();
            assertThat(Command.run("pgrep", "-af", home.toString()).out()).isEmpty();
            assertThat(mounts()).isEqualTo(mounts);
            assertThat(rules()).isEqualTo(rules);
        }
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .map(line -> line.split(" ")[4])
                .filter(point -> point.contains("strata-down"))
                .toList()
                .toString();
    }

    private static String rules() {
        return Command.run(
                        "sh",
                        "-c",
                        "iptables-save 2>/dev/null | grep -E '^(:|-A)' | sed 's/\\[[0-9:]*\\]//'; ip -o link | wc -l; ip netns | wc -l")
                .out();
    }
}
