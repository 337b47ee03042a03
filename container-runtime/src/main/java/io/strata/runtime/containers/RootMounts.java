package io.strata.runtime.containers;

import io.strata.runtime.snapshots.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Mounts a container's root for the first who needs it and unmounts it after the last. */
@ApplicationScoped
public class RootMounts {
    /** The user that is the container's own process. */
    static final String PROCESS = "process";

    private final Snapshots snapshots;
    private final Map<String, Mounted> mounted = new ConcurrentHashMap<>();

    RootMounts(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    private record Mounted(Path root, Set<String> users) {}

    Path use(String id, String user) throws IOException {
        try {
            return mounted.compute(id, (key, there) -> {
                        Mounted now = there == null ? new Mounted(mount(id), new HashSet<>()) : there;
                        now.users().add(user);
                        return now;
                    })
                    .root();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    void release(String id, String user) throws IOException {
        try {
            mounted.compute(id, (key, there) -> {
                if (there != null) {
                    there.users().remove(user);
                    if (!there.users().isEmpty()) {
                        return there;
                    }
                }
                unmount(id);
                return null;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The container goes, whoever still looks at it. */
    void remove(String id) throws IOException {
        mounted.remove(id);
        snapshots.remove(id);
    }

    private Path mount(String id) {
        try {
            return snapshots.mount(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unmount(String id) {
        try {
            snapshots.unmount(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
