package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.process.CgroupSample;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The Engine API's statistics; what cgroup v1 has and v2 has not is left out, as the CLI tells the two apart by it. */
final class StatsView {
    private StatsView() {}

    static Map<String, Object> of(
            Container container,
            Optional<CgroupSample> before,
            Optional<CgroupSample> now,
            Map<String, Map<String, Long>> networks) {
        Map<String, Object> stats = Json.of(
                "read", Json.time(now.map(CgroupSample::at)),
                "preread", Json.time(before.map(CgroupSample::at)),
                "pids_stats", now.map(StatsView::pids).orElse(Map.of()),
                "blkio_stats", now.map(StatsView::blockIo).orElse(Map.of()),
                "num_procs", 0,
                "storage_stats", Map.of(),
                "cpu_stats", cpu(now),
                "precpu_stats", cpu(before),
                "memory_stats", now.map(StatsView::memory).orElse(Map.of()),
                "name", "/" + container.name(),
                "id", container.id());
        if (!networks.isEmpty()) {
            stats.put("networks", networks);
        }
        return stats;
    }

    private static Map<String, Object> pids(CgroupSample sample) {
        Map<String, Object> pids = Json.of("current", sample.pids());
        if (sample.pidsLimit() > 0) {
            pids.put("limit", sample.pidsLimit());
        }
        return pids;
    }

    private static Map<String, Object> cpu(Optional<CgroupSample> sample) {
        Map<String, Object> usage = Json.of(
                "total_usage", sample.map(CgroupSample::cpuTotalNanos).orElse(0L),
                "usage_in_kernelmode", sample.map(CgroupSample::cpuSystemNanos).orElse(0L),
                "usage_in_usermode", sample.map(CgroupSample::cpuUserNanos).orElse(0L));
        Map<String, Object> cpu = Json.of("cpu_usage", usage);
        sample.ifPresent(s -> {
            cpu.put("system_cpu_usage", s.hostCpuNanos());
            cpu.put("online_cpus", s.onlineCpus());
        });
        cpu.put("throttling_data", Json.of("periods", 0, "throttled_periods", 0, "throttled_time", 0));
        return cpu;
    }

    private static Map<String, Object> memory(CgroupSample sample) {
        return Json.of(
                "usage", sample.memoryUsage(),
                "stats", sample.memoryStats(),
                "limit", sample.memoryLimit());
    }

    private static Map<String, Object> blockIo(CgroupSample sample) {
        List<Map<String, Object>> bytes = sample.blockIo().stream()
                .map(io -> Json.of(
                        "major", io.major(),
                        "minor", io.minor(),
                        "op", operation(io.operation(), sample.cgroupV2()),
                        "value", io.bytes()))
                .toList();
        return Json.of(
                "io_service_bytes_recursive", bytes,
                "io_serviced_recursive", null,
                "io_queue_recursive", null,
                "io_service_time_recursive", null,
                "io_wait_time_recursive", null,
                "io_merged_recursive", null,
                "io_time_recursive", null,
                "sectors_recursive", null);
    }

    /** v1 writes {@code Read}, v2 {@code read}. */
    private static String operation(String name, boolean v2) {
        return v2 ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
