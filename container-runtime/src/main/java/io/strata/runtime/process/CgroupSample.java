package io.strata.runtime.process;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Counters of one container's cgroup at one moment: nanoseconds and bytes. {@code memoryStats} are the kernel's own keys. */
public record CgroupSample(
        Instant at,
        long cpuTotalNanos,
        long cpuUserNanos,
        long cpuSystemNanos,
        long hostCpuNanos,
        int onlineCpus,
        long memoryUsage,
        long memoryLimit,
        Map<String, Long> memoryStats,
        boolean cgroupV2,
        long pids,
        long pidsLimit,
        List<BlockIo> blockIo) {
    /** Bytes moved by one device; {@code operation} is {@code read} or {@code write}. */
    public record BlockIo(long major, long minor, String operation, long bytes) {}
}
