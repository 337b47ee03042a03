package io.strata.runtime.containers;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;

/**
 * The Engine API's {@code HostConfig}: how a container stands on its machine. Members and their order are those of
 * {@code docker inspect}; lists that were not given stay null, as Docker shows them; what has a default has it.
 */
public record HostConfig(
        @JsonProperty("Binds") List<String> binds,
        @JsonProperty("ContainerIDFile") String containerIdFile,
        @JsonProperty("LogConfig") LogConfig logConfig,
        @JsonProperty("NetworkMode") String networkMode,
        @JsonProperty("PortBindings") JsonNode portBindings,
        @JsonProperty("RestartPolicy") RestartPolicy restartPolicy,
        @JsonProperty("AutoRemove") boolean autoRemove,
        @JsonProperty("VolumeDriver") String volumeDriver,
        @JsonProperty("VolumesFrom") List<String> volumesFrom,
        @JsonProperty("ConsoleSize") List<Integer> consoleSize,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("Annotations")
        Map<String, String> annotations,

        @JsonProperty("CapAdd") List<String> capAdd,
        @JsonProperty("CapDrop") List<String> capDrop,
        @JsonProperty("CgroupnsMode") String cgroupnsMode,
        @JsonProperty("Dns") List<String> dns,
        @JsonProperty("DnsOptions") List<String> dnsOptions,
        @JsonProperty("DnsSearch") List<String> dnsSearch,
        @JsonProperty("ExtraHosts") List<String> extraHosts,
        @JsonProperty("GroupAdd") List<String> groupAdd,
        @JsonProperty("IpcMode") String ipcMode,
        @JsonProperty("Cgroup") String cgroup,
        @JsonProperty("Links") List<String> links,
        @JsonProperty("OomScoreAdj") int oomScoreAdj,
        @JsonProperty("PidMode") String pidMode,
        @JsonProperty("Privileged") boolean privileged,
        @JsonProperty("PublishAllPorts") boolean publishAllPorts,
        @JsonProperty("ReadonlyRootfs") boolean readonlyRootfs,
        @JsonProperty("SecurityOpt") List<String> securityOpt,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("StorageOpt")
        Map<String, String> storageOpt,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("Tmpfs")
        Map<String, String> tmpfs,

        @JsonProperty("UTSMode") String utsMode,
        @JsonProperty("UsernsMode") String usernsMode,
        @JsonProperty("ShmSize") long shmSize,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("Sysctls")
        Map<String, String> sysctls,

        @JsonProperty("Runtime") String runtime,
        @JsonProperty("Isolation") String isolation,
        @JsonProperty("CpuShares") long cpuShares,
        @JsonProperty("Memory") long memory,
        @JsonProperty("NanoCpus") long nanoCpus,
        @JsonProperty("CgroupParent") String cgroupParent,
        @JsonProperty("BlkioWeight") int blkioWeight,
        @JsonProperty("BlkioWeightDevice") List<WeightDevice> blkioWeightDevice,
        @JsonProperty("BlkioDeviceReadBps") List<ThrottleDevice> blkioDeviceReadBps,
        @JsonProperty("BlkioDeviceWriteBps") List<ThrottleDevice> blkioDeviceWriteBps,
        @JsonProperty("BlkioDeviceReadIOps") List<ThrottleDevice> blkioDeviceReadIops,
        @JsonProperty("BlkioDeviceWriteIOps") List<ThrottleDevice> blkioDeviceWriteIops,
        @JsonProperty("CpuPeriod") long cpuPeriod,
        @JsonProperty("CpuQuota") long cpuQuota,
        @JsonProperty("CpuRealtimePeriod") long cpuRealtimePeriod,
        @JsonProperty("CpuRealtimeRuntime") long cpuRealtimeRuntime,
        @JsonProperty("CpusetCpus") String cpusetCpus,
        @JsonProperty("CpusetMems") String cpusetMems,
        @JsonProperty("Devices") List<Device> devices,
        @JsonProperty("DeviceCgroupRules") List<String> deviceCgroupRules,
        @JsonProperty("DeviceRequests") List<Map<String, Object>> deviceRequests,
        @JsonProperty("MemoryReservation") long memoryReservation,
        @JsonProperty("MemorySwap") long memorySwap,
        @JsonProperty("MemorySwappiness") Long memorySwappiness,
        @JsonProperty("OomKillDisable") Boolean oomKillDisable,
        @JsonProperty("PidsLimit") Long pidsLimit,
        @JsonProperty("Ulimits") List<Ulimit> ulimits,
        @JsonProperty("CpuCount") long cpuCount,
        @JsonProperty("CpuPercent") long cpuPercent,
        @JsonProperty("IOMaximumIOps") long ioMaximumIops,
        @JsonProperty("IOMaximumBandwidth") long ioMaximumBandwidth,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("Mounts")
        List<Mount> mounts,

        @JsonProperty("MaskedPaths") List<String> maskedPaths,
        @JsonProperty("ReadonlyPaths") List<String> readonlyPaths,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Init")
        Boolean init) {
    /** Bytes of {@code /dev/shm} unless the user says. */
    public static final long DEFAULT_SHM = 64L << 20;

    static final List<String> MASKED = List.of(
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
    static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    public HostConfig {
        annotations = annotations == null ? Map.of() : annotations;
        storageOpt = storageOpt == null ? Map.of() : storageOpt;
        tmpfs = tmpfs == null ? Map.of() : tmpfs;
        sysctls = sysctls == null ? Map.of() : sysctls;
        containerIdFile = orEmpty(containerIdFile);
        networkMode = orEmpty(networkMode);
        volumeDriver = orEmpty(volumeDriver);
        cgroupnsMode = orEmpty(cgroupnsMode);
        ipcMode = orEmpty(ipcMode);
        cgroup = orEmpty(cgroup);
        pidMode = orEmpty(pidMode);
        utsMode = orEmpty(utsMode);
        usernsMode = orEmpty(usernsMode);
        runtime = orEmpty(runtime);
        isolation = orEmpty(isolation);
        cgroupParent = orEmpty(cgroupParent);
        cpusetCpus = orEmpty(cpusetCpus);
        cpusetMems = orEmpty(cpusetMems);
        logConfig = logConfig == null ? new LogConfig(null, null) : logConfig;
        networkMode = networkMode.isEmpty() ? "default" : networkMode;
        portBindings =
                portBindings == null || portBindings.isNull() ? JsonNodeFactory.instance.objectNode() : portBindings;
        restartPolicy = restartPolicy == null ? RestartPolicy.NO : restartPolicy;
        consoleSize = consoleSize == null || consoleSize.size() != 2 ? List.of(0, 0) : consoleSize;
        ipcMode = ipcMode.isEmpty() ? "private" : ipcMode;
        shmSize = shmSize == 0 ? DEFAULT_SHM : shmSize;
        runtime = runtime.isEmpty() ? "runc" : runtime;
        maskedPaths = maskedPaths == null ? (privileged ? null : MASKED) : maskedPaths;
        readonlyPaths = readonlyPaths == null ? (privileged ? null : READ_ONLY) : readonlyPaths;
    }

    HostConfig withCgroupnsMode(String mode) {
        return new HostConfig(
                binds,
                containerIdFile,
                logConfig,
                networkMode,
                portBindings,
                restartPolicy,
                autoRemove,
                volumeDriver,
                volumesFrom,
                consoleSize,
                annotations,
                capAdd,
                capDrop,
                mode,
                dns,
                dnsOptions,
                dnsSearch,
                extraHosts,
                groupAdd,
                ipcMode,
                cgroup,
                links,
                oomScoreAdj,
                pidMode,
                privileged,
                publishAllPorts,
                readonlyRootfs,
                securityOpt,
                storageOpt,
                tmpfs,
                utsMode,
                usernsMode,
                shmSize,
                sysctls,
                runtime,
                isolation,
                cpuShares,
                memory,
                nanoCpus,
                cgroupParent,
                blkioWeight,
                blkioWeightDevice,
                blkioDeviceReadBps,
                blkioDeviceWriteBps,
                blkioDeviceReadIops,
                blkioDeviceWriteIops,
                cpuPeriod,
                cpuQuota,
                cpuRealtimePeriod,
                cpuRealtimeRuntime,
                cpusetCpus,
                cpusetMems,
                devices,
                deviceCgroupRules,
                deviceRequests,
                memoryReservation,
                memorySwap,
                memorySwappiness,
                oomKillDisable,
                pidsLimit,
                ulimits,
                cpuCount,
                cpuPercent,
                ioMaximumIops,
                ioMaximumBandwidth,
                mounts,
                maskedPaths,
                readonlyPaths,
                init);
    }

    public record LogConfig(
            @JsonProperty("Type") String type,
            @JsonProperty("Config") Map<String, String> config) {
        public LogConfig {
            type = type == null || type.isEmpty() ? "json-file" : type;
            config = config == null ? Map.of() : config;
        }
    }

    public record WeightDevice(
            @JsonProperty("Path") String path,
            @JsonProperty("Weight") int weight) {}

    /** {@code rate} is in bytes or operations a second. */
    public record ThrottleDevice(
            @JsonProperty("Path") String path,
            @JsonProperty("Rate") long rate) {}

    public record Device(
            @JsonProperty("PathOnHost") String pathOnHost,
            @JsonProperty("PathInContainer") String pathInContainer,
            @JsonProperty("CgroupPermissions") String cgroupPermissions) {
        public Device {
            pathOnHost = orEmpty(pathOnHost);
            pathInContainer = orEmpty(pathInContainer);
            cgroupPermissions = orEmpty(cgroupPermissions);
        }
    }

    public record Ulimit(
            @JsonProperty("Name") String name,
            @JsonProperty("Hard") long hard,
            @JsonProperty("Soft") long soft) {}

    /** One {@code --mount}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mount(
            @JsonProperty("Type") String type,
            @JsonProperty("Source") String source,
            @JsonProperty("Target") String target,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("ReadOnly")
            boolean readOnly,

            @JsonProperty("Consistency") String consistency,
            @JsonProperty("BindOptions") BindOptions bindOptions,
            @JsonProperty("VolumeOptions") VolumeOptions volumeOptions,
            @JsonProperty("TmpfsOptions") TmpfsOptions tmpfsOptions) {}

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record BindOptions(
            @JsonProperty("Propagation") String propagation,
            @JsonProperty("CreateMountpoint") boolean createMountpoint,
            @JsonProperty("NonRecursive") boolean nonRecursive) {}

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record VolumeOptions(
            @JsonProperty("NoCopy") boolean noCopy,
            @JsonProperty("Labels") Map<String, String> labels,
            @JsonProperty("Subpath") String subpath,
            @JsonProperty("DriverConfig") Map<String, Object> driverConfig) {}

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record TmpfsOptions(
            @JsonProperty("SizeBytes") long sizeBytes,
            @JsonProperty("Mode") int mode) {}

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
