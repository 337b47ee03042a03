package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./strata down}, when the node was killed and cannot clean up itself. */
class LauncherCleanupIT {
    @TempDir
    private Path home;

    @Test
    void theLauncherTakesEverythingOfTheHomeAway() throws IOException, InterruptedException {
        Machine.assumeRoot();
        BridgeNetwork killed = new BridgeNetwork(home, Machine.CONFIG);
        new Networks(killed)
                .create(new Networks.NewNetwork("web", "", "", "", "", false, false, Map.of(), Map.of(), Map.of()));
        killed.connect(Machine.request(home, "one", "web", Machine.tcp(80, "", 0)));
        killed.node().sockets.close();
        assertThat(Machine.state(home)).isNotEmpty();

        Process launcher = new ProcessBuilder(
                        "bash",
                        "-c",
                        "warn() { echo \"$*\" >&2; }; . ../deploy/launcher/network.sh; remove_network \"$0\"; remove_network \"$0\"",
                        home.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(launcher.waitFor()).isZero();
        assertThat(Machine.state(home)).isEmpty();
        killed.tearDown();
    }
}
