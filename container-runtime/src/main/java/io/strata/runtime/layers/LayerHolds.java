package io.strata.runtime.layers;

import io.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who needs which layers: containers, in a file each, and work in flight, in memory. Thread safe. */
final class LayerHolds {
    private final Path folder;
    private final Map<String, Set<Digest>> holds = new HashMap<>();
    private final Map<Digest, Integer> pins = new HashMap<>();

    /** Reads what was held before. @param folder is made if it is not there */
    LayerHolds(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().endsWith(".new")) {
                    Files.delete(file);
                    continue;
                }
                Set<Digest> diffIds = Files.readAllLines(file).stream()
                        .filter(line -> !line.isEmpty())
                        .map(Digest::parse)
                        .collect(Collectors.toSet());
                holds.put(file.getFileName().toString(), diffIds);
            }
        }
    }

    synchronized void hold(String user, Set<Digest> diffIds) throws IOException {
        Path file = file(user);
        Path fresh = folder.resolve(user + ".new");
        Files.write(fresh, diffIds.stream().map(Digest::toString).toList());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        holds.put(user, Set.copyOf(diffIds));
    }

    synchronized void release(String user) throws IOException {
        Files.deleteIfExists(file(user));
        holds.remove(user);
    }

    synchronized LayerMounts.Pin pin(Collection<Digest> diffIds) {
        List<Digest> pinned = List.copyOf(diffIds);
        pinned.forEach(diffId -> pins.merge(diffId, 1, Integer::sum));
        return new LayerMounts.Pin() {
            private boolean closed;

            @Override
            public void close() {
                synchronized (LayerHolds.this) {
                    if (!closed) {
                        closed = true;
                        pinned.forEach(diffId -> pins.computeIfPresent(diffId, (unused, n) -> n == 1 ? null : n - 1));
                    }
                }
            }
        };
    }

    /** Everything that is held or pinned. */
    synchronized Set<Digest> held() {
        Set<Digest> all = new HashSet<>(pins.keySet());
        holds.values().forEach(all::addAll);
        return all;
    }

    private Path file(String user) {
        if (!user.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,127}")) {
            throw new IllegalArgumentException("\"" + user + "\" cannot be a holder of layers");
        }
        return folder.resolve(user);
    }
}
