package io.strata.runtime.layers;

import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings layers to the disk a while after they were written. Until then a layer's facts name the boot in which it was
 * written: a layer of another boot may have lost pages, and is read again. A killed service loses nothing.
 */
final class LayerSync implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LayerSync.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path folder;
    private final Duration after;
    private final String boot;
    private final Map<Path, LayerFacts> unsynced = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("layer-sync").factory());

    LayerSync(Path folder, Duration after) throws IOException {
        this(folder, after, Files.readString(BOOT_ID).strip());
    }

    LayerSync(Path folder, Duration after, String boot) {
        this.folder = folder;
        this.after = after;
        this.boot = boot;
        later.setRemoveOnCancelPolicy(true);
    }

    /** The boot that a layer written now belongs to. */
    String boot() {
        return boot;
    }

    /** Whether what was written in {@code writtenIn} is whole; empty means that it was synced. */
    boolean survived(String writtenIn) {
        return writtenIn.isEmpty() || writtenIn.equals(boot);
    }

    /** Syncs the layer later, unless it was. */
    void watch(Path layer, LayerFacts facts) {
        if (!facts.boot().isEmpty() && unsynced.put(layer, facts) == null) {
            later.getQueue().clear();
            var unused = later.schedule(this::syncNow, after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void syncNow() {
        Map<Path, LayerFacts> before = Map.copyOf(unsynced);
        try (Fd open = Linux.openDirectory(folder)) {
            FileIo.syncFileSystem(open);
            for (Map.Entry<Path, LayerFacts> layer : before.entrySet()) {
                mark(layer.getKey(), layer.getValue());
                unsynced.remove(layer.getKey(), layer.getValue());
            }
        } catch (IOException e) {
            LOG.warnf(e, "%d layers are not synced: an unclean boot costs them", before.size());
        }
    }

    private static void mark(Path layer, LayerFacts facts) throws IOException {
        try {
            facts.synced().write(layer);
        } catch (NoSuchFileException evicted) {
            LOG.debugf("layer %s left before it was synced", layer);
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
