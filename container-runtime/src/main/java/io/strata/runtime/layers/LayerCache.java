package io.strata.runtime.layers;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.LayerStream;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The layers of a node in one folder: {@code <short id>/} is a layer, {@code new/} what is being made, {@code holds/} who
 * needs what. A layer is made under {@code new/} and renamed, so what has a short id is whole. The names are short, as all
 * lowers of a container go into its mount's options.
 */
final class LayerCache implements LayerMounts, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LayerCache.class);

    private final Path folder;
    private final Path making;
    private final LayerForm form;
    private final long capacity;
    private final LayerLimits limits;
    private final LayerSync sync;
    private final LayerHolds holds;
    private final Map<Digest, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Digest, CompletableFuture<Mounted>> inFlight = new ConcurrentHashMap<>();

    private static final class Entry {
        final LayerFacts facts;
        final Mounted mounted;
        volatile Instant used;

        Entry(LayerFacts facts, Path lower, Instant used) {
            this.facts = facts;
            this.mounted = new Mounted(lower, facts.unpackedSize(), facts.files());
            this.used = used;
        }
    }

    /**
     * Opens the folder, and removes from it what is not whole: what was being made, and what was written before the machine
     * went down without having been synced.
     *
     * @param capacity bytes of layers that are kept when nobody holds them
     */
    LayerCache(Path folder, LayerForm form, long capacity, LayerLimits limits, LayerSync sync) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        Files.setPosixFilePermissions(this.folder, LayerModes.FOLDER);
        this.making = this.folder.resolve("new");
        this.form = form;
        this.capacity = capacity;
        this.limits = limits;
        this.sync = sync;
        if (Files.exists(making)) {
            remove(making);
        }
        Files.createDirectory(making);
        this.holds = new LayerHolds(this.folder.resolve("holds"));
        readAll();
    }

    private void readAll() throws IOException {
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path layer : folders.filter(this::isLayer).toList()) {
                Optional<LayerFacts> facts = LayerFacts.read(layer)
                        .filter(f -> layer.equals(folderOf(f.diffId())))
                        .filter(f -> sync.survived(f.boot()));
                if (facts.isPresent()) {
                    Instant used =
                            Files.getLastModifiedTime(LayerFacts.file(layer)).toInstant();
                    entries.put(facts.get().diffId(), new Entry(facts.get(), form.open(layer), used));
                    sync.watch(layer, facts.get());
                } else {
                    LOG.infof("layer %s is not whole (the machine went down before it was synced): removed", layer);
                    drop(layer);
                }
            }
        }
    }

    private boolean isLayer(Path child) {
        String name = child.getFileName().toString();
        return !name.equals("new") && !name.equals("holds");
    }

    @Override
    public String kind() {
        return form.kind();
    }

    @Override
    public Optional<Mounted> find(Digest diffId) {
        return Optional.ofNullable(entries.get(diffId)).map(entry -> {
            entry.used = Instant.now();
            return entry.mounted;
        });
    }

    @Override
    public Mounted ensure(NodeLayer layer, Content content) throws IOException {
        while (true) {
            Optional<Mounted> there = find(layer.diffId());
            if (there.isPresent()) {
                return there.get();
            }
            CompletableFuture<Mounted> mine = new CompletableFuture<>();
            CompletableFuture<Mounted> first = inFlight.putIfAbsent(layer.diffId(), mine);
            if (first == null) {
                return makeAlone(layer, content, mine);
            }
            Optional<Mounted> shared = await(first);
            if (shared.isPresent()) {
                return shared.get();
            }
        }
    }

    private Mounted makeAlone(NodeLayer layer, Content content, CompletableFuture<Mounted> told) throws IOException {
        try {
            Optional<Mounted> madeMeanwhile = find(layer.diffId());
            Mounted made = madeMeanwhile.isPresent() ? madeMeanwhile.get() : make(layer, content);
            told.complete(made);
            return made;
        } finally {
            inFlight.remove(layer.diffId(), told);
            told.completeExceptionally(new IOException("the layer could not be made"));
        }
    }

    /** Empty when the other one failed. */
    private static Optional<Mounted> await(CompletableFuture<Mounted> other) throws InterruptedIOException {
        try {
            return Optional.of(other.get());
        } catch (ExecutionException othersFailure) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a layer");
        }
    }

    private Mounted make(NodeLayer layer, Content content) throws IOException {
        return staged(staging -> {
            LayerForm.Written written;
            try (LayerPass pass = LayerPass.open(layer, content.open(), limits)) {
                written = form.write(pass.tar(), staging);
                pass.verify();
            }
            return publish(staging, layer.diffId(), written);
        });
    }

    @Override
    public Adopted adopt(InputStream tar) throws IOException {
        try (LayerStream stream = LayerStream.open(Compression.NONE, tar, limits)) {
            return staged(staging -> {
                LayerForm.Written written = form.write(stream, staging);
                Digest diffId = stream.finish();
                return new Adopted(diffId, publish(staging, diffId, written));
            });
        }
    }

    private interface Staged<T> {
        T in(Path staging) throws IOException;
    }

    private <T> T staged(Staged<T> work) throws IOException {
        Path staging = Files.createTempDirectory(making, "l");
        try {
            return work.in(staging);
        } finally {
            if (Files.exists(staging)) {
                remove(staging);
            }
        }
    }

    /** One at a time, so that of two equal layers the second finds the first. */
    private synchronized Mounted publish(Path staging, Digest diffId, LayerForm.Written written) throws IOException {
        Entry equal = entries.get(diffId);
        if (equal != null) {
            return equal.mounted;
        }
        LayerFacts facts =
                new LayerFacts(diffId, written.unpackedSize(), written.files(), written.onDisk(), sync.boot());
        form.seal(staging, diffId);
        facts.write(staging);
        Files.setPosixFilePermissions(staging, LayerModes.FOLDER);
        Path layer = folderOf(diffId);
        if (Files.exists(layer)) {
            throw new LayerException("layer " + diffId + ": " + layer + " is there and holds something else");
        }
        Files.move(staging, layer, StandardCopyOption.ATOMIC_MOVE);
        Entry entry = new Entry(facts, form.open(layer), Instant.now());
        entries.put(diffId, entry);
        sync.watch(layer, facts);
        trim(diffId);
        return entry.mounted;
    }

    @Override
    public void hold(String user, Set<Digest> diffIds) throws IOException {
        holds.hold(user, diffIds);
        for (Digest diffId : diffIds) {
            Entry entry = entries.get(diffId);
            if (entry != null) {
                entry.used = Instant.now();
                Files.setLastModifiedTime(LayerFacts.file(folderOf(diffId)), FileTime.from(entry.used));
            }
        }
    }

    @Override
    public void release(String user) throws IOException {
        holds.release(user);
    }

    @Override
    public Pin pin(Collection<Digest> diffIds) {
        return holds.pin(diffIds);
    }

    @Override
    public synchronized boolean evict(Digest diffId) throws IOException {
        if (!entries.containsKey(diffId)) {
            return true;
        }
        if (holds.held().contains(diffId)) {
            return false;
        }
        entries.remove(diffId);
        drop(folderOf(diffId));
        return true;
    }

    /** Keeps to the capacity. {@code newest} stays: somebody waits for it. */
    private void trim(Digest newest) throws IOException {
        long bytes = entries.values().stream().mapToLong(e -> e.facts.onDisk()).sum();
        if (bytes <= capacity) {
            return;
        }
        Set<Digest> held = holds.held();
        List<Entry> leaving = entries.values().stream()
                .filter(e ->
                        !held.contains(e.facts.diffId()) && !e.facts.diffId().equals(newest))
                .sorted(Comparator.comparing(e -> e.used))
                .toList();
        for (Entry entry : leaving) {
            if (bytes <= capacity) {
                return;
            }
            LOG.debugf("layer %s leaves the cache: %d of %d bytes are used", entry.facts.diffId(), bytes, capacity);
            if (evict(entry.facts.diffId())) {
                bytes -= entry.facts.onDisk();
            }
        }
    }

    /** Layers stay as they are, and mounted: containers run on. */
    @Override
    public void close() {
        sync.close();
    }

    /** Out of sight first, in one step, then away. */
    private void drop(Path layer) throws IOException {
        form.close(layer);
        Path hidden = making.resolve("x" + layer.getFileName());
        Files.move(layer, hidden, StandardCopyOption.ATOMIC_MOVE);
        remove(hidden);
    }

    private void remove(Path tree) throws IOException {
        try (Fd parent = Linux.openDirectory(tree.getParent())) {
            Directory.remove(parent, ByteString.of(tree.getFileName().toString()));
        }
    }

    /** 25 characters at most, of 128 bits of the diffID; the facts inside say the whole. */
    private Path folderOf(Digest diffId) {
        return folder.resolve(new BigInteger(diffId.hex().substring(0, 32), 16).toString(36));
    }
}
