package io.strata.runtime.process;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Rings when a file of a folder is made, replaced or written to (inotify). It says that, not what: look again. */
final class FolderWatch implements AutoCloseable {
    private final WatchService service;
    private final Map<Path, Watched> folders = new ConcurrentHashMap<>();

    private record Watched(WatchKey key, Set<Bell> bells) {}

    FolderWatch(Path anyFolder) throws IOException {
        service = anyFolder.getFileSystem().newWatchService();
        Thread.ofPlatform().daemon().name("process-watch").start(this::run);
    }

    /** One waiter's bell. A ring while nobody waits is kept: the next wait returns at once. */
    final class Bell implements AutoCloseable {
        private final Path folder;
        private final Semaphore rung = new Semaphore(0);

        private Bell(Path folder) {
            this.folder = folder;
        }

        void await() throws InterruptedException {
            rung.acquire();
            rung.drainPermits();
        }

        void ring() {
            rung.release();
        }

        @Override
        public void close() {
            forget(this);
        }
    }

    synchronized Bell watch(Path folder) throws IOException {
        Bell bell = new Bell(folder);
        Watched watched = folders.get(folder);
        if (watched == null) {
            WatchKey key = folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            watched = new Watched(key, new HashSet<>());
            folders.put(folder, watched);
        }
        watched.bells.add(bell);
        return bell;
    }

    private synchronized void forget(Bell bell) {
        Watched watched = folders.get(bell.folder);
        if (watched != null && watched.bells.remove(bell) && watched.bells.isEmpty()) {
            watched.key.cancel();
            folders.remove(bell.folder);
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                ring((Path) key.watchable());
                key.reset();
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            folders.values().forEach(watched -> watched.bells.forEach(Bell::ring));
        }
    }

    /** A folder that was removed rings too, and its key is not valid any more. */
    private synchronized void ring(Path folder) {
        Watched watched = folders.get(folder);
        if (watched != null) {
            watched.bells.forEach(Bell::ring);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
