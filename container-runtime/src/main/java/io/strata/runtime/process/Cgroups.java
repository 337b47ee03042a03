package io.strata.runtime.process;

import io.strata.runtime.process.CgroupSample.BlockIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container's cgroups, v1 and v2 (the kernel's {@code admin-guide/cgroup-v1/*}, {@code cgroup-v2.rst}).
 *
 * @param folders by controller; v2 has one, {@code ""}
 */
record Cgroups(Map<String, String> folders) {
    private static final long NANOS_A_TICK = 10_000_000; // USER_HZ is 100 on every architecture that we know
    private static final long UNLIMITED = 1L << 60;

    /** Where the process is. */
    static Map<String, String> of(long pid) throws IOException {
        Map<String, Path> mounts = mounts();
        Map<String, String> folders = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
            String[] fields = line.split(":", 3);
            for (String controller : fields[1].split(",")) {
                Path mount = mounts.get(controller);
                if (mount != null) {
                    folders.put(
                            controller, mount.resolve(fields[2].substring(1)).toString());
                }
            }
        }
        return folders;
    }

    private static Map<String, Path> mounts() throws IOException {
        Map<String, Path> mounts = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] halves = line.split(" - ", 2);
            String[] type = halves[1].split(" ");
            Path point = Path.of(halves[0].split(" ")[4]);
            if (type[0].equals("cgroup2")) {
                mounts.putIfAbsent("", point);
            } else if (type[0].equals("cgroup")) {
                for (String option : type[2].split(",")) {
                    mounts.putIfAbsent(option, point);
                }
            }
        }
        return mounts;
    }

    boolean v2() {
        return !folders.containsKey("memory");
    }

    private Optional<Path> file(String controller, String name) {
        return Optional.ofNullable(folders.get(v2() ? "" : controller)).map(folder -> Path.of(folder, name));
    }

    private Optional<String> read(String controller, String name) throws IOException {
        Optional<Path> file = file(controller, name);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file.get()).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The pids of this cgroup and those below it; empty when it is gone. */
    List<Long> pids() throws IOException {
        Optional<Path> folder = file("pids", "").or(() -> file("memory", ""));
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
            return List.of();
        }
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> below = Files.walk(folder.get())) {
            for (Path procs :
                    below.filter(file -> file.endsWith("cgroup.procs")).toList()) {
                Files.readAllLines(procs).forEach(line -> pids.add(Long.valueOf(line)));
            }
        } catch (NoSuchFileException | UncheckedIOException gone) {
            return pids;
        }
        return pids;
    }

    /**
     * Removes those that bear the container's id; no process may be in them.
     *
     * @return false when something is left
     */
    boolean remove(String id) throws IOException {
        for (String folder : folders.values()) {
            if (!Path.of(folder).endsWith(id)) {
                return false;
            }
        }
        for (String folder : folders.values()) {
            try {
                Files.deleteIfExists(Path.of(folder));
            } catch (FileSystemException busy) {
                return false;
            }
        }
        return true;
    }

    boolean frozen() throws IOException {
        return v2()
                ? read("", "cgroup.freeze").filter("1"::equals).isPresent()
                : read("freezer", "freezer.state")
                        .filter(state -> !state.equals("THAWED"))
                        .isPresent();
    }

    /** Whether the kernel killed a process of it for want of memory. */
    boolean oomKilled() throws IOException {
        Map<String, Long> events = pairs(read("memory", v2() ? "memory.events" : "memory.oom_control"));
        return events.getOrDefault("oom_kill", 0L) > 0;
    }

    CgroupSample sample() throws IOException {
        Host host = Host.now();
        Map<String, Long> cpu = pairs(read("cpuacct", v2() ? "cpu.stat" : "cpuacct.stat"));
        long total;
        long user;
        long system;
        if (v2()) {
            total = cpu.getOrDefault("usage_usec", 0L) * 1000;
            user = cpu.getOrDefault("user_usec", 0L) * 1000;
            system = cpu.getOrDefault("system_usec", 0L) * 1000;
        } else {
            total = number(read("cpuacct", "cpuacct.usage"), 0);
            user = cpu.getOrDefault("user", 0L) * NANOS_A_TICK;
            system = cpu.getOrDefault("system", 0L) * NANOS_A_TICK;
        }
        long limit = number(read("memory", v2() ? "memory.max" : "memory.limit_in_bytes"), UNLIMITED);
        return new CgroupSample(
                Instant.now(),
                total,
                user,
                system,
                host.cpuNanos,
                host.cpus,
                number(read("memory", v2() ? "memory.current" : "memory.usage_in_bytes"), 0),
                limit >= UNLIMITED ? host.memory : limit,
                pairs(read("memory", "memory.stat")),
                v2(),
                number(read("pids", "pids.current"), 0),
                number(read("pids", "pids.max"), 0),
                v2() ? ioV2() : ioV1());
    }

    private List<BlockIo> ioV1() throws IOException {
        List<BlockIo> moved = new ArrayList<>();
        Optional<String> bytes = read("blkio", "blkio.throttle.io_service_bytes_recursive");
        for (String line : bytes.map(text -> text.lines().toList()).orElse(List.of())) {
            String[] fields = line.split("[ :]");
            if (fields.length == 4 && (fields[2].equals("Read") || fields[2].equals("Write"))) {
                moved.add(new BlockIo(
                        Long.parseLong(fields[0]),
                        Long.parseLong(fields[1]),
                        fields[2].toLowerCase(Locale.ROOT),
                        Long.parseLong(fields[3])));
            }
        }
        return moved;
    }

    private List<BlockIo> ioV2() throws IOException {
        List<BlockIo> moved = new ArrayList<>();
        for (String line :
                read("", "io.stat").map(text -> text.lines().toList()).orElse(List.of())) {
            String[] fields = line.split("[ :]");
            for (int i = 2; i < fields.length; i++) {
                if (fields[i].startsWith("rbytes=") || fields[i].startsWith("wbytes=")) {
                    moved.add(new BlockIo(
                            Long.parseLong(fields[0]),
                            Long.parseLong(fields[1]),
                            fields[i].charAt(0) == 'r' ? "read" : "write",
                            Long.parseLong(fields[i].substring(7))));
                }
            }
        }
        return moved;
    }

    private static long number(Optional<String> text, long otherwise) {
        return text.filter(value -> value.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .orElse(otherwise);
    }

    private static Map<String, Long> pairs(Optional<String> text) {
        Map<String, Long> pairs = new LinkedHashMap<>();
        text.ifPresent(lines -> lines.lines().forEach(line -> {
            String[] pair = line.split(" ");
            if (pair.length == 2 && pair[1].matches("[0-9]{1,19}")) {
                pairs.put(pair[0], Long.parseUnsignedLong(pair[1]));
            }
        }));
        return pairs;
    }

    /** The machine's counters that a percentage needs. */
    private record Host(long cpuNanos, int cpus, long memory) {
        static Host now() throws IOException {
            long ticks = 0;
            int cpus = 0;
            for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
                if (line.startsWith("cpu ")) {
                    String[] fields = line.substring(5).strip().split(" ");
                    // guest time is in user time already: the first eight are the whole (proc(5))
                    for (int i = 0; i < Math.min(8, fields.length); i++) {
                        ticks += Long.parseLong(fields[i]);
                    }
                } else if (line.startsWith("cpu")) {
                    cpus++;
                }
            }
            long memory = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0L);
            return new Host(ticks * NANOS_A_TICK, cpus, memory);
        }
    }
}
