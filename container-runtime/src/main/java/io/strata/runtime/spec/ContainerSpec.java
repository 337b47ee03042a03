package io.strata.runtime.spec;

import io.strata.runtime.volumes.MountPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one container is to be, decided: {@link RuntimeSpecs#write} turns it into the runtime-spec's {@code config.json}
 * without asking anything but the container's root (for users) and the kernel. Images, volumes and networks are resolved
 * before.
 *
 * @param id           64 hexadecimal digits
 * @param hostname     of the UTS namespace; unused when that is the host's
 * @param domainname   empty for none
 * @param root         the mounted union, absolute
 * @param command      the first process
 * @param mounts       decided by {@code Volumes}, parents first
 * @param files        bound over the container's {@code /etc/hosts}, {@code /etc/hostname}, {@code /etc/resolv.conf}
 * @param shmSize      bytes of {@code /dev/shm}; 0 for Docker's 64 MiB
 * @param init         docker-init becomes process 1 ({@code --init})
 * @param cgroupParent absolute cgroup path below which the container's own lies; empty for the node's default
 * @param annotations  go into {@code config.json} as they are; they drive nothing
 */
public record ContainerSpec(
        String id,
        String hostname,
        String domainname,
        Path root,
        Command command,
        List<MountPoint> mounts,
        EtcFiles files,
        Namespaces namespaces,
        Privileges privileges,
        Resources resources,
        List<Ulimit> ulimits,
        Map<String, String> sysctls,
        long shmSize,
        boolean init,
        Optional<Integer> oomScoreAdj,
        String cgroupParent,
        Map<String, String> annotations) {

    public ContainerSpec {
        mounts = List.copyOf(mounts);
        ulimits = List.copyOf(ulimits);
        sysctls = Map.copyOf(sysctls);
        annotations = Map.copyOf(annotations);
    }

    /**
     * @param args             entrypoint and cmd together; not empty
     * @param env              {@code NAME=value}, image's and user's already merged. PATH, HOSTNAME, TERM and HOME are added
     *                         when missing. {@code NAME} alone is dropped
     * @param workingDir       empty for {@code /}; made by the runtime when missing
     * @param user             {@code Config.User}: {@code user[:group]}, names or numbers; empty for root
     * @param additionalGroups {@code HostConfig.GroupAdd}: names or numbers
     * @param consoleSize      of the terminal when it is made
     */
    public record Command(
            List<String> args,
            List<String> env,
            String workingDir,
            String user,
            List<String> additionalGroups,
            boolean terminal,
            Optional<ConsoleSize> consoleSize) {
        public Command {
            args = List.copyOf(args);
            env = List.copyOf(env);
            additionalGroups = List.copyOf(additionalGroups);
        }
    }

    /** In characters. */
    public record ConsoleSize(int rows, int columns) {}

    /** The container's own three files; an empty one is not bound. A user's mount on the same path wins. */
    public record EtcFiles(Optional<Path> hosts, Optional<Path> hostname, Optional<Path> resolvConf) {
        public static final EtcFiles NONE = new EtcFiles(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** {@code HostConfig.Ulimits}; -1 is unlimited. A hard limit above this service's own is lowered to that. */
    public record Ulimit(String name, long soft, long hard) {
        /** Refuses what cannot be, in Docker's words. */
        public static void check(List<Ulimit> ulimits) {
            Limits.check(ulimits);
        }
    }
}
