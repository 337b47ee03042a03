package io.strata.layerstore.objects;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerstore.errors.StoreException;
import io.strata.local.s3.LocalS3;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real MinIO, where one is on the PATH, and what only a real S3 refuses. */
final class MinioBlobStoreTest extends BlobStoreContract {
    private static Process minio;
    private static S3BlobStore store;

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        Optional<Path> program = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "minio"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "no minio on the PATH");
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        program.get().toString(), "server", "--address", "127.0.0.1:" + port, home.toString())
                .redirectErrorStream(true);
        builder.environment().put("MINIO_ROOT_USER", LocalS3.ACCESS_KEY);
        builder.environment().put("MINIO_ROOT_PASSWORD", LocalS3.SECRET_KEY);
        minio = builder.start();
        BufferedReader lines = minio.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null && !line.contains("API:"); line = lines.readLine()) {
            // It answers from the line on that has its address.
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(unused -> {}));
        store = new S3BlobStore(new TestS3Config(URI.create("http://127.0.0.1:" + port)));
        store.check();
        store.check();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (minio != null) {
            store.close();
            minio.destroy();
            minio.waitFor();
        }
    }

    @Override
    BlobStore store() {
        return store;
    }

    @Test
    void aSmallPartThatIsNotTheLastIsRefused() throws Exception {
        String key = key();
        String upload = store.beginParts(key);
        String one = putPart(key, upload, 1, new byte[1_000]);
        String two = putPart(key, upload, 2, new byte[1_000]);
        assertThatThrownBy(() -> store.completeParts(
                        key, upload, List.of(new BlobStore.PartTag(1, one), new BlobStore.PartTag(2, two))))
                .isInstanceOf(StoreException.IngestConflict.class)
                .hasMessageContaining("EntityTooSmall");
    }
}
