package io.strata.runtime.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.strata.runtime.process.Bundle.Identity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The OCI runtime's own state and commands (runc).
 *
 * @param root folder of the runtime's state, one folder a container
 */
record OciRuntime(Path program, Path root) {
    /** What the runtime needs of an environment; what containers get is in their own config.json. */
    static final List<String> ENVIRONMENT =
            List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "LC_ALL=C.UTF-8");

    /** Where the process of a created container waits for its start; gone when it has started. */
    Path startFifo(String id) {
        return root.resolve(id).resolve("exec.fifo");
    }

    boolean knows(String id) {
        return Files.exists(root.resolve(id));
    }

    /**
     * Lets the created process go on. runc's {@code start} does no more than read the byte that its init writes into a FIFO,
     * and remove that; doing so here saves the start of a program (10 ms).
     */
    void start(String id, Identity init) throws IOException {
        Path fifo = startFifo(id);
        if (!isRunc() || !Files.exists(fifo)) {
            command("start", id);
            return;
        }
        Blocking.call(() -> {
            int process = Kernel.pidfd(init.pid());
            try {
                int end = Kernel.open(fifo.toString(), Kernel.O_RDONLY | Kernel.O_NONBLOCK);
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment one = arena.allocate(1);
                    boolean[] ready = Kernel.awaitReadable(end, process);
                    if (!ready[0] && ready[1] || Kernel.read(end, one) < 0) {
                        throw new ProcessException("container process is already dead");
                    }
                } finally {
                    Kernel.close(end);
                }
            } finally {
                Kernel.close(process);
            }
            return null;
        });
        Files.deleteIfExists(fifo);
    }

    /**
     * Forgets a container. When its processes have ended, runc's {@code delete} only removes the cgroups and its own
     * folder; doing so here saves the start of a program. Whatever is left makes it the runtime's work.
     */
    void delete(String id, Cgroups cgroups) throws IOException {
        if (isRunc() && cgroups.pids().isEmpty() && cgroups.remove(id)) {
            try {
                Bundle.removeFolder(root.resolve(id));
                return;
            } catch (DirectoryNotEmptyException more) {
                // Something that we do not know of: the runtime does
            }
        }
        command("delete", "--force", id);
    }

    private boolean isRunc() {
        return program.getFileName().toString().startsWith("runc");
    }

    /** @throws ProcessException with the runtime's own words */
    void command(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "--root", root.toString(), "--log-format", "json"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        for (String variable : ENVIRONMENT) {
            String[] parts = variable.split("=", 2);
            builder.environment().put(parts[0], parts[1]);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new ProcessException(lastError(said).orElse(said.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " " + arguments[0] + " was interrupted", e);
        }
    }

    /** The runtime's words in a log that it wrote as JSON. */
    static Optional<String> lastError(Path log) throws IOException {
        try {
            return lastError(Files.readString(log));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> lastError(String log) {
        return log.lines()
                .map(OciRuntime::errorMessage)
                .flatMap(Optional::stream)
                .reduce((first, second) -> second);
    }

    private static Optional<String> errorMessage(String line) {
        try {
            var json = Bundle.JSON.readTree(line);
            return json.path("level").asText().equals("error")
                    ? Optional.of(json.path("msg").asText())
                    : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }
}
