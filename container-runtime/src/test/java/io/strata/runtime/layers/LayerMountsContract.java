package io.strata.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.sys.Mounts;
import io.strata.layerfs.sys.Mounts.Option;
import io.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every form of layers does. Needs root: layers hold owners, devices and overlayfs' attributes. */
abstract class LayerMountsContract {
    private static final long PLENTY = 1L << 40;
    private static final String BOOT = "this-boot";

    private final List<LayerCache> opened = new ArrayList<>();
    private Path folder;

    /** The form under test. */
    abstract LayerForm form(LayerLimits limits);

    @BeforeEach
    void makeFolder() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        // Not below /tmp, which may be a tmpfs: layers lie on the file system of the node's home.
        folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "layers");
    }

    @AfterEach
    void closeAndRemove() throws IOException {
        for (LayerCache cache : opened) {
            cache.close();
            for (Path layer : layers()) {
                form(LayerLimits.DEFAULT).close(layer);
            }
        }
        if (folder != null) {
            new ProcessBuilder("rm", "-rf", "--one-file-system", folder.toString())
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        }
    }

    private LayerCache open(long capacity, String boot) throws IOException {
        LayerCache cache = new LayerCache(
                folder,
                form(LayerLimits.DEFAULT),
                capacity,
                LayerLimits.DEFAULT,
                new LayerSync(folder, Duration.ofHours(1), boot));
        opened.add(cache);
        return cache;
    }

    private LayerCache open() throws IOException {
        return open(PLENTY, BOOT);
    }

    private List<Path> layers() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(p ->
                            !Set.of("new", "holds").contains(p.getFileName().toString()))
                    .toList();
        }
    }

    private static byte[] hello() throws IOException {
        return new TestLayer()
                .directory("etc")
                .file("etc/hello", "world")
                .symlink("link", "etc/hello")
                .tar();
    }

    private static LayerMounts.Content never() {
        return () -> {
            throw new AssertionError("the layer is here: its bytes are not needed");
        };
    }

    @Test
    void anEnsuredLayerIsALowerDirectoryAndIsFound() throws Exception {
        byte[] tar = hello();
        byte[] blob = TestLayer.gzip(tar);
        NodeLayer layer = TestLayer.of(tar, blob);
        LayerMounts layers = open();

        assertThat(layers.find(layer.diffId())).isEmpty();
        LayerMounts.Mounted mounted = layers.ensure(layer, TestLayer.content(blob));

        assertThat(mounted.lower().resolve("etc/hello")).hasContent("world");
        assertThat(Files.readSymbolicLink(mounted.lower().resolve("link"))).hasToString("etc/hello");
        assertThat(mounted.unpackedSize()).isEqualTo(5);
        assertThat(mounted.files()).isEqualTo(3);
        assertThat(layers.find(layer.diffId())).contains(mounted);
        assertThat(layers.ensure(layer, never())).isEqualTo(mounted);
    }

    @Test
    void aPlainTarIsALayerToo() throws Exception {
        byte[] tar = hello();
        LayerMounts.Mounted mounted = open().ensure(TestLayer.of(tar, tar), TestLayer.content(tar));
        assertThat(mounted.lower().resolve("etc/hello")).hasContent("world");
    }

    @Test
    void whatIsNotTheLayerIsRefusedAndLeavesNothing() throws Exception {
        byte[] tar = hello();
        byte[] blob = TestLayer.gzip(tar);
        NodeLayer right = TestLayer.of(tar, blob);
        byte[] other = TestLayer.gzip(new TestLayer().file("a", "b").tar());
        byte[] longer = Arrays.copyOf(blob, blob.length + 7);
        LayerMounts layers = open();

        NodeLayer wrongDiffId =
                new NodeLayer(right.digest(), Digest.sha256(new byte[] {1}), right.mediaType(), right.size());
        assertRefused(layers, wrongDiffId, blob, "diffID");
        assertRefused(layers, right, other, right.digest().toString());
        assertRefused(layers, right, longer, "more than");
        NodeLayer tooLarge = new NodeLayer(right.digest(), right.diffId(), right.mediaType(), right.size() + 1);
        assertRefused(layers, tooLarge, blob, "its manifest says");
        assertThatThrownBy(() -> layers.ensure(right, TestLayer.content(Arrays.copyOf(blob, blob.length - 5))))
                .isInstanceOf(IOException.class);

        assertThat(layers.find(right.diffId())).isEmpty();
        assertThat(layers()).isEmpty();
        assertThat(folder.resolve("new")).isEmptyDirectory();
        assertThat(layers.ensure(right, TestLayer.content(blob)).files()).isEqualTo(3);
    }

    private static void assertRefused(LayerMounts layers, NodeLayer layer, byte[] blob, String words) {
        assertThatThrownBy(() -> layers.ensure(layer, TestLayer.content(blob)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aSecondCallerWaitsForTheFirstAndReadsNothing() throws Exception {
        byte[] tar = hello();
        byte[] blob = TestLayer.gzip(tar);
        NodeLayer layer = TestLayer.of(tar, blob);
        LayerMounts layers = open();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);

        CompletableFuture<LayerMounts.Mounted> first = inThread(() -> layers.ensure(layer, () -> {
            begun.countDown();
            awaitLatch(goOn);
            return new ByteArrayInputStream(blob);
        }));
        begun.await();
        CompletableFuture<LayerMounts.Mounted> second = inThread(() -> layers.ensure(layer, never()));
        goOn.countDown();

        assertThat(second.get()).isEqualTo(first.get());
    }

    @Test
    void aCallerWhoseElderFailedTriesHimself() throws Exception {
        byte[] tar = hello();
        byte[] blob = TestLayer.gzip(tar);
        NodeLayer layer = TestLayer.of(tar, blob);
        LayerMounts layers = open();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger opens = new AtomicInteger();

        CompletableFuture<LayerMounts.Mounted> first = inThread(() -> layers.ensure(layer, () -> {
            begun.countDown();
            awaitLatch(goOn);
            throw new IOException("the connection broke");
        }));
        begun.await();
        CompletableFuture<LayerMounts.Mounted> second = inThread(() -> layers.ensure(layer, () -> {
            opens.incrementAndGet();
            return new ByteArrayInputStream(blob);
        }));
        goOn.countDown();

        assertThat(second.get().files()).isEqualTo(3);
        assertThat(opens).hasValue(1);
        assertThatThrownBy(first::get).hasRootCauseMessage("the connection broke");
    }

    private interface Work {
        LayerMounts.Mounted run() throws IOException;
    }

    private static CompletableFuture<LayerMounts.Mounted> inThread(Work work) {
        CompletableFuture<LayerMounts.Mounted> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(work.run());
            } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void anInterruptEndsAReadThatWaits() throws Exception {
        LayerMounts layers = open();
        CountDownLatch reading = new CountDownLatch(1);
        NodeLayer layer = TestLayer.of(hello(), hello());
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().daemon().start(() -> {
            try {
                layers.ensure(layer, () -> new Waiting(reading));
                failure.complete(null);
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        reading.await();
        caller.interrupt();
        assertThat(failure.get()).isNotNull();
        caller.join();
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }

    /** Never gives a byte. */
    private static final class Waiting extends InputStream {
        private final CountDownLatch reading;
        private final CountDownLatch closed = new CountDownLatch(1);

        Waiting(CountDownLatch reading) {
            this.reading = reading;
        }

        @Override
        public int read() throws IOException {
            reading.countDown();
            awaitLatch(closed);
            return -1;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void layersAreKnownAfterARestartAndWhatWasHalfMadeIsGone() throws Exception {
        byte[] tar = hello();
        NodeLayer layer = TestLayer.of(tar, tar);
        open().ensure(layer, TestLayer.content(tar));
        Files.createDirectories(folder.resolve("new/l123/f/deep"));

        LayerMounts again = open();

        assertThat(again.ensure(layer, never()).lower().resolve("etc/hello")).hasContent("world");
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }

    @Test
    void afterAnUncleanBootOnlyWhatWasSyncedIsKept() throws Exception {
        byte[] tar = hello();
        byte[] later = new TestLayer().file("later", "x").tar();
        LayerSync sync = new LayerSync(folder, Duration.ofHours(1), BOOT);
        LayerCache first = new LayerCache(folder, form(LayerLimits.DEFAULT), PLENTY, LayerLimits.DEFAULT, sync);
        opened.add(first);
        first.ensure(TestLayer.of(tar, tar), TestLayer.content(tar));
        sync.syncNow();
        first.ensure(TestLayer.of(later, later), TestLayer.content(later));

        LayerMounts next = open(PLENTY, "next-boot");

        assertThat(next.find(Digest.sha256(tar))).isPresent();
        assertThat(next.find(Digest.sha256(later))).isEmpty();
        assertThat(next.ensure(TestLayer.of(later, later), TestLayer.content(later))
                        .files())
                .isEqualTo(1);
    }

    @Test
    void aLayerWithDamagedFactsIsReadAgain() throws Exception {
        byte[] tar = hello();
        open().ensure(TestLayer.of(tar, tar), TestLayer.content(tar));
        Files.write(layers().getFirst().resolve("facts.json"), new byte[0]);
        LayerMounts again = open();
        assertThat(again.find(Digest.sha256(tar))).isEmpty();
        assertThat(again.ensure(TestLayer.of(tar, tar), TestLayer.content(tar)).files())
                .isEqualTo(3);
    }

    @Test
    void whatIsHeldOrPinnedStaysAlsoAfterARestart() throws Exception {
        byte[] tar = hello();
        Digest diffId = Digest.sha256(tar);
        LayerMounts layers = open();
        layers.hold("container1", Set.of(diffId));
        layers.ensure(TestLayer.of(tar, tar), TestLayer.content(tar));

        assertThat(layers.evict(diffId)).isFalse();
        LayerMounts again = open();
        assertThat(again.evict(diffId)).isFalse();
        LayerMounts.Pin pin = again.pin(List.of(diffId));
        again.release("container1");
        again.release("nobody");
        assertThat(again.evict(diffId)).isFalse();
        pin.close();
        assertThat(again.evict(diffId)).isTrue();
        assertThat(again.find(diffId)).isEmpty();
        assertThat(layers()).isEmpty();
        assertThat(again.evict(diffId)).isTrue();
    }

    @Test
    void theLayersThatNobodyUsedLongestLeaveWhenTheCacheIsFull() throws Exception {
        List<byte[]> tars = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tars.add(new TestLayer().file("f" + i, 0644, new byte[100_000]).tar());
        }
        List<Digest> diffIds = tars.stream().map(Digest::sha256).toList();
        LayerMounts layers = open(350_000, BOOT);
        layers.hold("c", Set.of(diffIds.getFirst()));
        for (byte[] tar : tars.subList(0, 3)) {
            layers.ensure(TestLayer.of(tar, tar), TestLayer.content(tar));
        }
        assertThat(diffIds.subList(0, 3)).allMatch(d -> layers.find(d).isPresent());
        layers.find(diffIds.get(1));

        layers.ensure(TestLayer.of(tars.get(3), tars.get(3)), TestLayer.content(tars.get(3)));

        Map<Boolean, List<Digest>> here = diffIds.stream()
                .collect(Collectors.partitioningBy(d -> layers.find(d).isPresent()));
        assertThat(here.get(false)).containsExactly(diffIds.get(2));
    }

    @Test
    void aCapturedTarIsAdoptedUnderItsDiffId() throws Exception {
        byte[] tar = hello();
        LayerMounts layers = open();
        LayerMounts.Adopted adopted = layers.adopt(new ByteArrayInputStream(tar));
        assertThat(adopted.diffId()).isEqualTo(Digest.sha256(tar));
        assertThat(adopted.mounted().lower().resolve("etc/hello")).hasContent("world");
        assertThat(layers.ensure(TestLayer.of(tar, tar), never())).isEqualTo(adopted.mounted());
        assertThat(layers.adopt(new ByteArrayInputStream(tar))).isEqualTo(adopted);
    }

    @Test
    void strangersOnTheHostCannotReachALayersFiles() throws Exception {
        byte[] tar = new TestLayer().file("su", 04755, new byte[] {1}).tar();
        LayerMounts.Mounted mounted = open().ensure(TestLayer.of(tar, tar), TestLayer.content(tar));
        assertThat(Files.getAttribute(mounted.lower().resolve("su"), "unix:mode"))
                .isEqualTo(0104755);
        for (Path above = mounted.lower().getParent(); !above.equals(folder.getParent()); above = above.getParent()) {
            assertThat(Files.getPosixFilePermissions(above))
                    .as("%s", above)
                    .doesNotContain(
                            PosixFilePermission.OTHERS_READ,
                            PosixFilePermission.OTHERS_WRITE,
                            PosixFilePermission.OTHERS_EXECUTE);
        }
    }

    @Test
    void layersStackAsOverlayLowersAndAreNotChangedThroughThem() throws Exception {
        byte[] base = new TestLayer()
                .directory("etc")
                .file("etc/gone", "1")
                .file("etc/kept", "2")
                .directory("d")
                .file("d/hidden", "3")
                .tar();
        byte[] top = new TestLayer()
                .whiteout("etc", "gone")
                .whiteout("", "never-was")
                .directory("d")
                .file("d/.wh..wh..opq", "")
                .file("d/new", "4")
                .tar();
        LayerMounts layers = open();
        Path lower =
                layers.ensure(TestLayer.of(base, base), TestLayer.content(base)).lower();
        Path upper =
                layers.ensure(TestLayer.of(top, top), TestLayer.content(top)).lower();
        Path scratch = Files.createTempDirectory(folder.getParent(), "union");
        Path union = Files.createDirectory(scratch.resolve("m"));
        Path written = Files.createDirectory(scratch.resolve("u"));
        Path work = Files.createDirectory(scratch.resolve("w"));
        Mounts.overlay(union, List.of(upper, lower), Optional.of(written), Optional.of(work), List.<Option>of());
        try {
            assertThat(names(union)).containsExactlyInAnyOrder("etc", "d");
            assertThat(names(union.resolve("etc"))).containsExactly("kept");
            assertThat(names(union.resolve("d"))).containsExactly("new");
            Files.writeString(union.resolve("etc/kept"), "changed");
            Files.delete(union.resolve("d/new"));
            assertThat(lower.resolve("etc/kept")).hasContent("2");
            assertThat(upper.resolve("d/new")).hasContent("4");
        } finally {
            Mounts.unmount(union, 0);
            new ProcessBuilder("rm", "-rf", scratch.toString()).start().onExit().join();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(p -> Files.exists(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> p.getFileName().toString())
                    .toList();
        }
    }
}
