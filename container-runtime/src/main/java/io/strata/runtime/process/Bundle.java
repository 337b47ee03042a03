package io.strata.runtime.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one container's processes, in its bundle beside {@code config.json}. What is true of a container is read
 * from here, so a service that was killed finds everything again.
 */
record Bundle(Path folder) {
    static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Files of one run of the container; the log and {@code config.json} stay for the next. */
    private static final List<String> OF_A_RUN = List.of(
            "process.json",
            "exit",
            "oom",
            "pid",
            "conmon.pid",
            "ctl",
            "winsz",
            "attach",
            "stdin",
            "stdin.holder",
            "runtime.log",
            "conmon.log");

    /**
     * A process by pid and start, as pids are used again, after a reboot from the beginning.
     *
     * @param startTicks of {@code /proc/pid/stat}
     */
    record Identity(long pid, long startTicks, String bootId) {
        /** include/linux/sched.h. */
        private static final long PF_EXITING = 0x4;

        static Optional<Identity> of(long pid) throws IOException {
            return startTicks(pid).map(ticks -> {
                try {
                    return new Identity(pid, ticks, currentBoot());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        /** Whether it has begun to end, or has ended. */
        boolean exiting() throws IOException {
            return !alive()
                    || stat(pid)
                            .map(fields -> (Long.parseLong(fields[6]) & PF_EXITING) != 0)
                            .orElse(true);
        }

        boolean alive() throws IOException {
            return bootId.equals(currentBoot())
                    && startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
        }

        private static String currentBoot() throws IOException {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        }

        private static Optional<Long> startTicks(long pid) {
            return stat(pid).map(fields -> Long.valueOf(fields[19]));
        }

        /**
         * The fields of proc(5) from the third, the state, on; empty when there is no such process, or only its zombie.
         */
        private static Optional<String[]> stat(long pid) {
            String stat;
            try {
                stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            } catch (IOException e) {
                // ENOENT, or ESRCH when it ended between open and read
                return Optional.empty();
            }
            // The name stands in parentheses and may hold anything
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? Optional.empty() : Optional.of(fields);
        }
    }

    /**
     * What a service must know of a running container that it did not start.
     *
     * @param cgroups controller to folder; v2 has the one controller {@code ""}
     */
    record Supervised(
            boolean terminal,
            boolean openStdin,
            boolean stdinOnce,
            Identity init,
            Identity conmon,
            Map<String, String> cgroups,
            LogLimits logLimits) {}

    Path file(String name) {
        return folder.resolve(name);
    }

    Path log() {
        return folder.resolve("log");
    }

    Optional<Supervised> supervised() throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file("process.json")), Supervised.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IOException(file("process.json") + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    void write(Supervised supervised) throws IOException {
        Path next = file("process.json.next");
        Files.write(next, JSON.writeValueAsBytes(supervised));
        Files.move(next, file("process.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What conmon left when the process ended. */
    Optional<Exit> exit() throws IOException {
        Path file = file("exit");
        try {
            int code = Integer.parseInt(Files.readString(file).strip());
            return Optional.of(new Exit(
                    code,
                    Files.exists(file("oom")),
                    Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            throw new IOException(file + " is not an exit code", e);
        }
    }

    long number(String name) throws IOException {
        String text = Files.readString(file(name)).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(file(name) + " is not a number: " + text, e);
        }
    }

    /** Nothing more will be written to the log. */
    boolean ended() {
        return Files.exists(file("exit")) || !Files.exists(file("process.json"));
    }

    void removeRun() throws IOException {
        for (String name : OF_A_RUN) {
            Files.deleteIfExists(file(name));
        }
        Path execs = file("execs");
        if (Files.isDirectory(execs)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(execs)) {
                for (Path exec : folders) {
                    removeFolder(exec);
                }
            }
            Files.deleteIfExists(execs);
        }
    }

    static void removeFolder(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(folder);
    }
}
