package io.strata.runtime.containers;

import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.network.NodeNetwork.Attachment;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.spec.ContainerSpec;
import io.strata.runtime.spec.ContainerSpec.Command;
import io.strata.runtime.spec.ContainerSpec.ConsoleSize;
import io.strata.runtime.spec.ContainerSpec.EtcFiles;
import io.strata.runtime.spec.ContainerSpec.Ulimit;
import io.strata.runtime.spec.Namespaces;
import io.strata.runtime.spec.Namespaces.Host;
import io.strata.runtime.spec.Namespaces.Join;
import io.strata.runtime.spec.Namespaces.Namespace;
import io.strata.runtime.spec.Namespaces.Own;
import io.strata.runtime.spec.Privileges;
import io.strata.runtime.spec.Privileges.DeviceMapping;
import io.strata.runtime.spec.Resources;
import io.strata.runtime.spec.Resources.Kind;
import io.strata.runtime.spec.Resources.ThrottleDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A container's definition in the words of those who make it run: the network, and the runtime's specification. */
final class LaunchSpec {
    private LaunchSpec() {}

    static NodeNetwork.Request network(Container container, Path folder, List<PortRequest> ports) {
        HostConfig host = container.hostConfig();
        Config config = container.config();
        List<Attachment> attachments = new ArrayList<>();
        container
                .networking()
                .endpoints()
                .forEach((network, said) -> attachments.add(new Attachment(
                        network,
                        said.aliases(),
                        Optional.ofNullable(said.ipam())
                                .map(ipam -> ipam.ipv4())
                                .filter(ip -> !ip.isEmpty()),
                        Optional.of(said.macAddress().isEmpty() ? config.macAddress() : said.macAddress())
                                .filter(mac -> !mac.isEmpty()))));
        NodeNetwork.Names names = new NodeNetwork.Names(
                config.hostname(),
                config.domainname(),
                orNone(host.dns()),
                orNone(host.dnsSearch()),
                orNone(host.dnsOptions()),
                orNone(host.extraHosts()));
        return new NodeNetwork.Request(
                container.id(), container.name(), folder, host.networkMode(), attachments, ports, names);
    }

    /** @param pidOf process 1 of a running container by its name, for {@code --pid container:x} */
    static ContainerSpec of(Container container, Path root, Connected network, Function<String, Long> pidOf) {
        HostConfig host = container.hostConfig();
        Config config = container.config();
        List<String> args = Stream.concat(orNone(config.entrypoint()).stream(), orNone(config.cmd()).stream())
                .toList();
        Command command = new Command(
                args,
                orNone(config.env()),
                config.workingDir(),
                config.user(),
                orNone(host.groupAdd()),
                config.tty(),
                consoleSize(host));
        return new ContainerSpec(
                container.id(),
                config.hostname(),
                config.domainname(),
                root,
                command,
                container.mounts(),
                new EtcFiles(
                        Optional.of(network.hosts()),
                        Optional.of(network.hostname()),
                        Optional.of(network.resolvConf())),
                namespaces(host, network, pidOf),
                privileges(host),
                resources(host),
                orNone(host.ulimits()).stream()
                        .map(u -> new Ulimit(u.name(), u.soft(), u.hard()))
                        .toList(),
                host.sysctls(),
                host.shmSize(),
                Boolean.TRUE.equals(host.init()),
                host.oomScoreAdj() == 0 ? Optional.empty() : Optional.of(host.oomScoreAdj()),
                host.cgroupParent(),
                host.annotations());
    }

    private static Optional<ConsoleSize> consoleSize(HostConfig host) {
        int rows = host.consoleSize().get(0);
        int columns = host.consoleSize().get(1);
        return rows > 0 && columns > 0 ? Optional.of(new ConsoleSize(rows, columns)) : Optional.empty();
    }

    private static Namespaces namespaces(HostConfig host, Connected network, Function<String, Long> pidOf) {
        Namespace net = network.namespace().<Namespace>map(Join::new).orElseGet(Host::new);
        return new Namespaces(
                net,
                namespace(host.pidMode(), "pid", pidOf),
                namespace(host.ipcMode(), "ipc", pidOf),
                namespace(host.utsMode(), "uts", pidOf),
                host.cgroupnsMode().equals("private") ? new Own() : new Host());
    }

    private static Namespace namespace(String mode, String kind, Function<String, Long> pidOf) {
        if (mode.equals("host")) {
            return new Host();
        }
        return mode.startsWith("container:")
                ? new Join(Path.of(
                        "/proc",
                        pidOf.apply(mode.substring("container:".length())).toString(),
                        "ns",
                        kind))
                : new Own();
    }

    private static Privileges privileges(HostConfig host) {
        return new Privileges(
                host.privileged(),
                orNone(host.capAdd()),
                orNone(host.capDrop()),
                orNone(host.securityOpt()),
                orNone(host.devices()).stream()
                        .map(d -> new DeviceMapping(d.pathOnHost(), d.pathInContainer(), d.cgroupPermissions()))
                        .toList(),
                orNone(host.deviceCgroupRules()),
                host.readonlyRootfs(),
                Optional.ofNullable(host.maskedPaths()),
                Optional.ofNullable(host.readonlyPaths()));
    }

    static Resources resources(HostConfig host) {
        List<ThrottleDevice> throttles = new ArrayList<>();
        Map.of(
                        Kind.READ_BPS, orNone(host.blkioDeviceReadBps()),
                        Kind.WRITE_BPS, orNone(host.blkioDeviceWriteBps()),
                        Kind.READ_IOPS, orNone(host.blkioDeviceReadIops()),
                        Kind.WRITE_IOPS, orNone(host.blkioDeviceWriteIops()))
                .forEach((kind, devices) ->
                        devices.forEach(d -> throttles.add(new ThrottleDevice(kind, d.path(), d.rate()))));
        return new Resources(
                host.memory(),
                host.memorySwap(),
                host.memoryReservation(),
                host.memorySwappiness() == null ? -1 : host.memorySwappiness(),
                Boolean.TRUE.equals(host.oomKillDisable()),
                host.nanoCpus(),
                host.cpuShares(),
                host.cpuQuota(),
                host.cpuPeriod(),
                host.cpusetCpus(),
                host.cpusetMems(),
                host.pidsLimit() == null ? 0 : host.pidsLimit(),
                host.blkioWeight(),
                throttles);
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }
}
