package io.strata.runtime.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.spec.Resources.Kind;
import io.strata.runtime.spec.Resources.ThrottleDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The runtime-spec's {@code linux.resources}, without devices. */
final class CgroupLimits {
    private static final long LEAST_MEMORY = 6 << 20;
    private static final long PERIOD = 100_000;
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private static final Map<Kind, String> MEMBERS = Map.of(
            Kind.READ_BPS, "throttleReadBpsDevice",
            Kind.WRITE_BPS, "throttleWriteBpsDevice",
            Kind.READ_IOPS, "throttleReadIOPSDevice",
            Kind.WRITE_IOPS, "throttleWriteIOPSDevice");

    private CgroupLimits() {}

    /** @throws EngineException.InvalidInput with Docker's words */
    static void check(Resources r) {
        refuse(r.memory() != 0 && r.memory() < LEAST_MEMORY, "Minimum memory limit allowed is 6MB");
        refuse(
                r.memory() > 0 && r.memorySwap() > 0 && r.memorySwap() < r.memory(),
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        refuse(
                r.memory() == 0 && r.memorySwap() > 0,
                "You should always set the Memory limit when using Memoryswap limit, see usage");
        refuse(
                r.memorySwappiness() < -1 || r.memorySwappiness() > 100,
                "Invalid value: " + r.memorySwappiness() + ", valid memory swappiness range is 0-100");
        refuse(
                r.memoryReservation() != 0 && r.memoryReservation() < LEAST_MEMORY,
                "Minimum memory reservation allowed is 6MB");
        refuse(
                r.memory() > 0 && r.memory() < r.memoryReservation(),
                "Minimum memory limit can not be less than memory reservation limit, see usage");
        checkCpu(r);
        refuse(
                r.blkioWeight() != 0 && (r.blkioWeight() < 10 || r.blkioWeight() > 1000),
                "Range of blkio weight is from 10 to 1000");
    }

    private static void checkCpu(Resources r) {
        refuse(
                r.nanoCpus() > 0 && r.cpuPeriod() > 0,
                "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        refuse(r.nanoCpus() > 0 && r.cpuQuota() > 0, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        int cpus = Runtime.getRuntime().availableProcessors();
        refuse(
                r.nanoCpus() < 0 || r.nanoCpus() > cpus * 1_000_000_000L,
                "range of CPUs is from 0.01 to " + cpus + ".00, as there are only " + cpus + " CPUs available");
        refuse(
                r.cpuPeriod() != 0 && (r.cpuPeriod() < 1000 || r.cpuPeriod() > 1_000_000),
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        refuse(r.cpuQuota() > 0 && r.cpuQuota() < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        for (String set : new String[] {r.cpusetCpus(), r.cpusetMems()}) {
            refuse(
                    !set.isEmpty() && !set.matches("[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*"),
                    "Invalid value " + set + " for cpuset");
        }
    }

    private static void refuse(boolean bad, String message) {
        if (bad) {
            throw new EngineException.InvalidInput(message);
        }
    }

    static ObjectNode of(Resources r) throws IOException {
        check(r);
        ObjectNode resources = ConfigJson.JSON.createObjectNode();
        memory(r, resources.putObject("memory"));
        cpu(r, resources.putObject("cpu"));
        if (r.pidsLimit() > 0) {
            resources.putObject("pids").put("limit", r.pidsLimit());
        }
        ObjectNode io = resources.putObject("blockIO");
        if (r.blkioWeight() > 0) {
            io.put("weight", r.blkioWeight());
        }
        for (ThrottleDevice device : r.throttles()) {
            ArrayNode list = io.withArray(MEMBERS.get(device.kind()));
            Stat stat = Linux.stat(
                    Fd.CWD, ByteString.of(Path.of(device.path()).toRealPath().toString()));
            list.addObject()
                    .put("major", stat.rdevMajor())
                    .put("minor", stat.rdevMinor())
                    .put("rate", device.rate());
        }
        return resources;
    }

    private static void memory(Resources r, ObjectNode memory) throws IOException {
        if (r.memory() > 0) {
            memory.put("limit", r.memory());
            if (r.memorySwap() != -1 && countsSwap()) {
                memory.put("swap", r.memorySwap() == 0 ? 2 * r.memory() : r.memorySwap());
            }
        }
        if (r.memoryReservation() > 0) {
            memory.put("reservation", r.memoryReservation());
        }
        if (r.memorySwappiness() >= 0 && Files.exists(CGROUPS.resolve("memory/memory.swappiness"))) {
            memory.put("swappiness", r.memorySwappiness());
        }
        if (r.oomKillDisable() && Files.exists(CGROUPS.resolve("memory/memory.oom_control"))) {
            memory.put("disableOOMKiller", true);
        }
    }

    /** Swap is limited only where the kernel counts it; the root cgroup of v2 has no limits to look at. */
    private static boolean countsSwap() throws IOException {
        if (Files.exists(CGROUPS.resolve("memory"))) {
            return Files.exists(CGROUPS.resolve("memory/memory.memsw.limit_in_bytes"));
        }
        try (Stream<Path> children = Files.list(CGROUPS)) {
            return children.anyMatch(child -> Files.exists(child.resolve("memory.swap.max")));
        }
    }

    private static void cpu(Resources r, ObjectNode cpu) {
        if (r.nanoCpus() > 0) {
            cpu.put("period", PERIOD).put("quota", r.nanoCpus() * PERIOD / 1_000_000_000L);
        }
        if (r.cpuShares() > 0) {
            cpu.put("shares", r.cpuShares());
        }
        if (r.cpuQuota() != 0) {
            cpu.put("quota", r.cpuQuota());
        }
        if (r.cpuPeriod() > 0) {
            cpu.put("period", r.cpuPeriod());
        }
        if (!r.cpusetCpus().isEmpty()) {
            cpu.put("cpus", r.cpusetCpus());
        }
        if (!r.cpusetMems().isEmpty()) {
            cpu.put("mems", r.cpusetMems());
        }
    }
}
