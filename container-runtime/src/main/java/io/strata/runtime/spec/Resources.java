package io.strata.runtime.spec;

import java.util.List;

/**
 * Limits of the container's cgroup, in the Engine API's units. 0 (or an empty string) is "not said".
 *
 * @param memory            bytes
 * @param memorySwap        bytes of memory and swap together; -1 unlimited; 0 with a memory limit: twice that, as Docker has it
 * @param memoryReservation bytes, soft
 * @param memorySwappiness  0 to 100; -1 not said
 * @param nanoCpus          10⁻⁹ CPUs; excludes quota and period
 * @param cpuShares         relative weight, 1024 is the norm
 * @param cpuQuota          microseconds a period
 * @param cpuPeriod         microseconds
 * @param cpusetCpus        e.g. {@code 0-2,4}
 * @param cpusetMems        likewise
 * @param pidsLimit         processes; 0 or -1 unlimited
 * @param blkioWeight       10 to 1000
 */
public record Resources(
        long memory,
        long memorySwap,
        long memoryReservation,
        long memorySwappiness,
        boolean oomKillDisable,
        long nanoCpus,
        long cpuShares,
        long cpuQuota,
        long cpuPeriod,
        String cpusetCpus,
        String cpusetMems,
        long pidsLimit,
        int blkioWeight,
        List<ThrottleDevice> throttles) {
    public static final Resources UNLIMITED = new Resources(0, 0, 0, -1, false, 0, 0, 0, 0, "", "", 0, 0, List.of());

    public Resources {
        throttles = List.copyOf(throttles);
    }

    /**
     * Refuses what cannot be, before a container is made of it.
     *
     * @throws io.strata.runtime.errors.EngineException.InvalidInput with Docker's words
     */
    public void check() {
        CgroupLimits.check(this);
    }

    /** A limit on one block device; {@code path} is the device on the node. */
    public record ThrottleDevice(Kind kind, String path, long rate) {}

    /** In the order of the runtime-spec's {@code blockIO}. */
    public enum Kind {
        READ_BPS,
        WRITE_BPS,
        READ_IOPS,
        WRITE_IOPS
    }
}
