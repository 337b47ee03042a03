package io.strata.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.gateway.upstream.FaultyRegistry;
import io.strata.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeDownloadIT {
    private static final int BLOCKS = 300;

    @TempDir
    Path folder;

    @Test
    void aLayerOf300MegabytesGoesThroughAHeapOf96() throws Exception {
        byte[] block = new byte[1 << 20];
        new Random(1).nextBytes(block);
        MessageDigest running = Digest.messageDigest(Digest.SHA256);
        for (int i = 0; i < BLOCKS; i++) {
            running.update(block);
        }
        Digest digest = Digest.finish(Digest.SHA256, running);
        long size = (long) BLOCKS * block.length;
        try (FaultyRegistry upstream = new FaultyRegistry()) {
            upstream.on("GET .*/blobs/", exchange -> {
                exchange.sendResponseHeaders(200, size);
                for (int i = 0; i < BLOCKS; i++) {
                    exchange.getResponseBody().write(block);
                }
            });
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx96m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LargeDownload.class.getName(),
                            upstream.domain() + "/a/b",
                            digest.toString(),
                            String.valueOf(size),
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).contains("fetched " + size + " bytes, the reader saw " + size);
        }
    }
}
