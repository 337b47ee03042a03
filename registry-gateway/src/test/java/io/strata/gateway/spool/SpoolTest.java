package io.strata.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.MemorySize;
import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.InMemoryBlobs;
import io.strata.blobs.Ingest;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final InMemoryBlobs store = new InMemoryBlobs();
    private final byte[] content = new byte[3_000_000];
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Descriptor blob;
    private Spool spool;

    record Config(Path folder, MemorySize max, int resumes) implements SpoolConfig {}

    private Spool open(long max, BlobWriter into) {
        return new Spool(new Config(folder, new MemorySize(BigInteger.valueOf(max)), 2), into);
    }

    @BeforeEach
    void begin() {
        new Random(7).nextBytes(content);
        blob = Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(content), content.length);
        spool = open(10_000_000, store);
    }

    @AfterEach
    void end() throws IOException {
        threads.shutdownNow();
        spool.close();
    }

    private List<Path> files() throws IOException {
        try (var listed = Files.list(folder)) {
            return listed.filter(file -> !file.endsWith("lock")).toList();
        }
    }

    /** Sends the content; waits for {@code gate} in its middle. */
    private BlobSource slowly(CountDownLatch gate) {
        return offset -> new FilterInputStream(from(offset)) {
            private long at = offset;

            @Override
            public int read(byte[] into, int start, int length) throws IOException {
                if (at >= 1_000_000) {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException(e);
                    }
                }
                int read = super.read(into, start, Math.min(length, 100_000));
                at += Math.max(0, read);
                return read;
            }
        };
    }

    private InputStream from(long offset) {
        return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
    }

    @Test
    void readersFollowOneDownloadFromAnyOffsetWhileItGrows() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        List<Long> opened = new CopyOnWriteArrayList<>();
        try (Spool.Hold hold = spool.join(blob)) {
            assertThat(hold.start("test", offset -> {
                        opened.add(offset);
                        return slowly(gate).open(offset);
                    }))
                    .isTrue();
            assertThat(spool.join(blob).start("other", offset -> from(offset))).isFalse();
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int offset : new int[] {0, 0, 1, 999_999, 2_999_999, 3_000_000}) {
                InputStream reader =
                        spool.find(blob.digest()).orElseThrow().hold().open(offset);
                readers.add(threads.submit(() -> {
                    try (reader) {
                        return reader.readAllBytes();
                    }
                }));
            }
            InputStream early = spool.find(blob.digest()).orElseThrow().hold().open(0);
            assertThat(early.readNBytes(1_000_000))
                    .as("before the rest was sent")
                    .hasSize(1_000_000);
            early.close();
            assertThat(store.digests()).isEmpty();
            gate.countDown();
            assertThat(hold.await(LONG)).isTrue();
            assertThat(readers.get(0).get()).isEqualTo(content);
            assertThat(readers.get(1).get()).isEqualTo(content);
            assertThat(readers.get(2).get()).hasSize(content.length - 1);
            assertThat(readers.get(3).get()).isEqualTo(from(999_999).readAllBytes());
            assertThat(readers.get(4).get()).hasSize(1);
            assertThat(readers.get(5).get()).isEmpty();
        }
        assertThat(opened).containsExactly(0L);
        assertThat(store.open(blob.digest(), 0)).hasBinaryContent(content);
        assertThat(spool.find(blob.digest())).as("over: it is in the store").isEmpty();
    }

    @Test
    void whatWasCutGoesOnWhereItBroke() throws Exception {
        List<Long> opened = new CopyOnWriteArrayList<>();
        BlobSource cuts = offset -> {
            opened.add(offset);
            return offset > 2_000_000 ? from(offset) : new ByteArrayInputStream(content, (int) offset, 800_000);
        };
        try (Spool.Hold hold = spool.join(blob)) {
            hold.start("test", cuts);
            assertThat(hold.await(LONG)).isTrue();
        }
        assertThat(opened).containsExactly(0L, 800_000L, 1_600_000L, 2_400_000L);
        assertThat(store.open(blob.digest(), 0)).hasBinaryContent(content);
        assertThat(files()).isEmpty();
    }

    @Test
    void whatBringsNothingIsNotAskedForEver() {
        List<Long> opened = new CopyOnWriteArrayList<>();
        fails(
                blob,
                offset -> {
                    opened.add(offset);
                    throw new IOException("reset");
                },
                "reset");
        assertThat(opened).hasSize(3);
    }

    @Test
    void wrongBytesReachNoReaderAsAWholeBlob() throws Exception {
        byte[] other = content.clone();
        other[5]++;
        Spool.Hold reader = spool.join(blob);
        Future<byte[]> read = threads.submit(() -> {
            try (InputStream all = reader.open(0)) {
                return all.readAllBytes();
            }
        });
        fails(
                blob,
                offset -> new ByteArrayInputStream(other),
                "filesystem layer verification failed for digest " + blob.digest());
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(read::get)
                .havingCause()
                .isInstanceOf(DownloadFailedException.class);
    }

    @Test
    void moreOrFewerBytesThanTheManifestSaysAreRefused() {
        Descriptor shorter = Descriptor.of(blob.mediaType(), blob.digest(), content.length - 1);
        fails(shorter, offset -> from(offset), "has more than the 2999999 bytes");
        Descriptor longer = Descriptor.of(blob.mediaType(), blob.digest(), content.length + 1);
        fails(
                longer,
                offset -> from(Math.min(offset, content.length)),
                "unexpected EOF: 3000000 of 3000001 bytes came");
    }

    private void fails(Descriptor wanted, BlobSource source, String why) {
        try (Spool.Hold hold = spool.join(wanted)) {
            hold.start("test", source);
            assertThatExceptionOfType(DownloadFailedException.class)
                    .isThrownBy(() -> hold.await(LONG))
                    .withMessageContaining(why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(store.digests()).isEmpty();
        assertThat(spool.find(wanted.digest())).isEmpty();
    }

    @Test
    void aDownloadThatNobodyWantsAnyMoreIsBrokenOff() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Spool.Hold one = spool.join(blob);
        Spool.Hold two = spool.join(blob);
        one.start("test", offset -> new FilterInputStream(slowly(never).open(offset)) {
            @Override
            public void close() {
                closed.countDown();
            }
        });
        try (InputStream reader = two.open(0)) {
            reader.readNBytes(1_000_000);
            one.close();
            assertThat(spool.find(blob.digest()).map(Spool.Reading::hold))
                    .isPresent()
                    .get()
                    .satisfies(Spool.Hold::close);
            assertThat(closed.getCount()).as("somebody reads it").isEqualTo(1);
        }
        closed.await();
        assertThat(spool.find(blob.digest())).isEmpty();
        try (Spool.Hold again = spool.join(blob)) {
            again.start("test", this::from);
            assertThat(again.await(LONG)).isTrue();
        }
        assertThat(store.digests()).containsExactly(blob.digest());
    }

    @Test
    void aStoreThatFailsEndsTheDownload() throws Exception {
        spool.close();
        spool = open(10_000_000, new BlobWriter() {
            @Override
            public BlobFacts write(Expected expected, InputStream from) throws IOException {
                from.readNBytes(1_000);
                throw new IOException("no room");
            }

            @Override
            public Ingest begin(Expected expected) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Ingest reopen(String id, long partSize) {
                throw new UnsupportedOperationException();
            }
        });
        fails(blob, slowly(new CountDownLatch(1)), "no room");
    }

    @Test
    void theFolderIsBoundedAndClearedAndOnesOwn() throws Exception {
        spool.close();
        Files.write(folder.resolve("left-over.blob"), content);
        spool = open(4_000_000, store);
        assertThat(files()).isEmpty();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> open(1, store))
                .withMessageContaining("STRATA_SPOOL");
        assertThatExceptionOfType(DownloadFailedException.class)
                .isThrownBy(() -> spool.join(Descriptor.of("x", blob.digest(), 4_000_001)))
                .withMessageContaining("STRATA_SPOOL_MAX");

        byte[] second = content.clone();
        second[0]++;
        Descriptor other = Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(second), second.length);
        CountDownLatch gate = new CountDownLatch(1);
        try (Spool.Hold first = spool.join(blob);
                Spool.Hold waiting = spool.join(other)) {
            first.start("test", slowly(gate));
            first.open(0).readNBytes(10);
            waiting.start("test", offset -> new ByteArrayInputStream(second));
            assertThat(waiting.await(Duration.ofMillis(50))).isFalse();
            assertThat(waiting.current()).as("there is room for one only").isZero();
            gate.countDown();
            assertThat(first.await(LONG)).isTrue();
            first.close();
            assertThat(waiting.await(LONG)).isTrue();
        }
        assertThat(store.digests()).containsExactlyInAnyOrder(blob.digest(), other.digest());
    }

    @Test
    void anEmptyBlobIsABlob() throws Exception {
        Descriptor empty = Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(new byte[0]), 0);
        try (Spool.Hold hold = spool.join(empty)) {
            hold.start("test", offset -> InputStream.nullInputStream());
            assertThat(hold.await(LONG)).isTrue();
        }
        assertThat(store.digests()).containsExactly(empty.digest());
    }
}
