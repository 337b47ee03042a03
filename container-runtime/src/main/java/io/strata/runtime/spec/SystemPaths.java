package io.strata.runtime.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What of the kernel's file systems a container does not see, or cannot write, as dockerd 28 has it. */
final class SystemPaths {
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    private static final List<String> READONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private SystemPaths() {}

    /** Throttle counters of each CPU tell what other containers do (moby GHSA-6fw5-f8r9-fgfm). */
    static List<String> masked() {
        List<String> masked = new ArrayList<>(MASKED);
        for (int cpu = 0; Files.exists(Path.of("/sys/devices/system/cpu/cpu" + cpu)); cpu++) {
            String path = "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle";
            if (Files.exists(Path.of(path))) {
                masked.add(path);
            }
        }
        return masked;
    }

    static List<String> readonly() {
        return READONLY;
    }
}
