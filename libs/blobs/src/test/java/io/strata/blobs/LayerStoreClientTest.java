package io.strata.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerStoreClientTest extends BlobsContract<LayerStoreClient> {
    @TempDir
    Path folder;

    private Path spool;
    private FakeStore fake;
    private LayerStoreClient client;

    @BeforeEach
    void start() throws IOException {
        spool = Files.createDirectories(folder.resolve("spool"));
        fake = new FakeStore(folder.resolve("objects"));
        client = new LayerStoreClient(fake.address(), spool);
    }

    @AfterEach
    void stop() {
        client.close();
        fake.close();
    }

    @Override
    LayerStoreClient store() {
        return client;
    }

    @Test
    void whatIsShortIsOnePutThoughItsLengthWasUnknownAndWhatIsLongIsParts() throws IOException {
        client.write(Expected.anything("test", TYPE), stream(bytes(1 << 20)));
        assertThat(fake.puts).hasValue(1);
        byte[] large = bytes((17 << 20) + 1);
        Digest digest =
                client.write(Expected.anything("test", TYPE), stream(large)).digest();
        assertThat(fake.puts).hasValue(4);
        assertThat(read(digest, 0)).isEqualTo(large);
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void aReadThatIsCutGoesOnWhereItWasCut() throws IOException {
        byte[] content = bytes(900_000);
        Digest digest =
                client.write(Expected.anything("test", TYPE), stream(content)).digest();
        fake.cutReads.set(3);
        assertThat(read(digest, 0)).isEqualTo(content);
        assertThat(fake.cutReads).hasValue(0);
    }

    @Test
    void bytesThatAreNotTheBlobsAreNotedAtTheEndOfTheStream() throws IOException {
        Digest digest = client.write(Expected.anything("test", TYPE), stream(bytes(5_000)))
                .digest();
        fake.corrupt(digest);
        assertThatThrownBy(() -> read(digest, 0))
                .isInstanceOf(BlobMismatchException.class)
                .hasMessageContaining(digest.toString());
    }

    @Test
    void aServiceThatIsBeingRestartedIsWaitedFor() throws IOException {
        fake.unavailable.set(3);
        assertThat(client.stat(nothing())).isEmpty();
        assertThat(fake.unavailable).hasValue(0);
    }

    @Test
    void aRefusedUploadSaysWhyAndHoldsNoAddress() {
        fake.refusedPuts.set(1);
        assertThatThrownBy(() -> client.write(Expected.anything("test", TYPE), stream(bytes(100))))
                .isInstanceOf(IOException.class)
                .hasMessage("S3 answered 403 to an upload of 100 bytes: AccessDenied")
                .hasMessageNotContaining("secret");
        assertThat(fake.openIngests()).isZero();
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void aSourceThatFailsDropsTheIngestAndItsFailureIsTheCallers() {
        for (OptionalLong size : List.of(OptionalLong.of(30 << 20), OptionalLong.empty())) {
            assertThatThrownBy(() ->
                            client.write(new Expected("test", TYPE, Optional.empty(), size), new Failing(20 << 20)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("upstream cut the connection");
            assertThat(fake.openIngests()).isZero();
            assertThat(spool).isEmptyDirectory();
        }
    }

    @Test
    void anInterruptEndsAWrite() throws Exception {
        Endless endless = new Endless();
        var failure = new java.util.concurrent.CompletableFuture<Throwable>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                client.write(new Expected("test", TYPE, Optional.empty(), OptionalLong.of(1L << 40)), endless);
                failure.complete(null);
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        endless.begun.await();
        writer.interrupt();
        assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(java.io.InterruptedIOException.class);
        assertThat(fake.openIngests()).isZero();
    }

    /** 160 MiB in and out, of known and of unknown length, by a process with a heap of 40 MiB. */
    @Test
    void aBlobIsLargerThanTheHeap() throws Exception {
        long size = 160L << 20;
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        fake.address().toString(),
                        spool.toString(),
                        String.valueOf(size))
                .redirectErrorStream(true)
                .start();
        String printed = new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(printed).isZero();
        assertThat(printed).contains("read " + size).doesNotContain("Exception");
    }

    /** Fails after so many bytes, and again. */
    private static final class Failing extends InputStream {
        private int left;

        Failing(int left) {
            this.left = left;
        }

        @Override
        public int read() {
            throw new AssertionError("read in blocks");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                throw new IOException("upstream cut the connection");
            }
            int got = Math.min(left, length);
            left -= got;
            return got;
        }
    }

    private static final class Endless extends InputStream {
        final java.util.concurrent.CountDownLatch begun = new java.util.concurrent.CountDownLatch(1);

        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            begun.countDown();
            return length;
        }
    }
}
