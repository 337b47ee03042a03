package io.strata.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container's log on disk: {@code log} is what conmon writes, {@code log.1}, {@code log.2}, … are older.
 *
 * <p>conmon itself bounds a file: it starts a new one and drops the old, also while this service is away. To keep older
 * ones, {@code log.0} is a second name of the file that conmon writes to; when {@code log} has become another file,
 * {@code log.0} is what would have been lost and is shifted to {@code log.1}.
 */
final class ContainerLog {
    private final Path folder;

    ContainerLog(Path bundle) {
        this.folder = bundle;
    }

    Path current() {
        return folder.resolve("log");
    }

    Path folder() {
        return folder;
    }

    private Path older(int generation) {
        return folder.resolve("log." + generation);
    }

    /** Oldest first. */
    List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        int oldest = 1;
        while (Files.exists(older(oldest))) {
            oldest++;
        }
        for (int i = oldest - 1; i >= 1; i--) {
            files.add(older(i));
        }
        Optional<Object> candidate = file(older(0));
        Optional<Object> current = file(current());
        if (candidate.isPresent() && !candidate.equals(current)) {
            files.add(older(0));
        }
        if (current.isPresent()) {
            files.add(current());
        }
        return files;
    }

    /** Which file a name stands for now. */
    static Optional<Object> file(Path name) throws IOException {
        try {
            return Optional.of(Files.getAttribute(name, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** To be called when conmon may have started a new file; again changes nothing. */
    synchronized void keepOlder(LogLimits limits) throws IOException {
        if (limits.maxBytes() == 0 || limits.maxFiles() < 2) {
            return;
        }
        Optional<Object> current = file(current());
        Optional<Object> candidate = file(older(0));
        if (current.isEmpty() || candidate.equals(current)) {
            return;
        }
        if (candidate.isPresent()) {
            for (int i = limits.maxFiles() - 1; i >= 1; i--) {
                if (Files.exists(older(i - 1))) {
                    Files.move(older(i - 1), older(i), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        Files.createLink(older(0), current());
    }
}
