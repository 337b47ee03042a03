package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No service holds a blob in memory: 300 MB go through heaps of 96 MB, by pull, run, commit and push. */
@Tag("long")
class LargeLayerIT {
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void aLayerOf300MegabytesGoesThroughHeapsOf96(@TempDir Path folder) throws Exception {
        try (Upstream upstream = Upstream.empty(folder.resolve("upstream"))) {
            new SmallImage(folder)
                    .busybox("sh", "stat", "head", "sleep")
                    .layer(tar -> {
                        tar.entry(io.strata.layerfs.tar.TarEntry.file(
                                io.strata.layerfs.ByteString.of("big"), 0644, 300L * MEBIBYTE));
                        byte[] part = SmallImage.noise(MEBIBYTE, 3);
                        for (int i = 0; i < 300; i++) {
                            tar.write(part, 0, part.length);
                        }
                    })
                    .push(upstream.address(), "library/big", "1");
            Strata small = Strata.notStarted(java.nio.file.Files.createTempDirectory("strata-small-"), upstream);
            small.environment().put("STRATA_JAVA_OPTIONS", "-Xmx96m");
            try {
                Ran up = small.launcher("up");
                assertThat(up.exit()).as(up.all()).isZero();
                small.ok("pull", "big:1");
                assertThat(small.ok("run", "--rm", "big:1", "stat", "-c", "%s", "/big"))
                        .isEqualTo("314572800");
                String id = small.ok("run", "-d", "big:1", "sh", "-c", "head -c 314572800 /big > /copy; sleep 600");
                small.shell("timeout 60 sh -c 'until docker exec " + id
                        + " stat -c %s /copy 2>/dev/null | grep -q 314572800; do sleep 0.2; done'");
                small.ok("commit", id, "bigger:1");
                assertThat(small.ok("run", "--rm", "bigger:1", "stat", "-c", "%s", "/copy"))
                        .isEqualTo("314572800");
                small.ok("rm", "-f", id);
                small.ok("tag", "bigger:1", upstream.host() + "/library/bigger:1");
                small.ok("push", "-q", upstream.host() + "/library/bigger:1");
            } finally {
                small.launcher("down", "--wipe");
            }
        }
    }
}
