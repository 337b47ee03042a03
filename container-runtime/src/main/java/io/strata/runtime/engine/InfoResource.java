package io.strata.runtime.engine;

import io.strata.runtime.containers.Cgroups;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.State;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.node.PeersConfig;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code docker info}: the machine, and the cluster's containers and images. */
@ApplicationScoped
public class InfoResource implements EngineRoutes {
    private final Containers containers;
    private final ImageListClient images;
    private final NodeFacts facts;
    private final NodeConfig node;
    private final PeersConfig peers;
    private final String version;

    InfoResource(
            Containers containers,
            ImageListClient images,
            NodeFacts facts,
            NodeConfig node,
            PeersConfig peers,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.containers = containers;
        this.images = images;
        this.facts = facts;
        this.node = node;
        this.peers = peers;
        this.version = version;
    }

    @Override
    public void register(Router router) {
        router.get("/info", this::info);
    }

    private void info(Call call) throws IOException {
        List<Container> all = containers.all();
        boolean v2 = Cgroups.v2();
        Map<String, Object> info = Json.of(
                "ID",
                UUID.nameUUIDFromBytes(node.name().getBytes(StandardCharsets.UTF_8))
                        .toString(),
                "Containers",
                all.size(),
                "ContainersRunning",
                all.stream().filter(c -> c.running() && !c.paused()).count(),
                "ContainersPaused",
                all.stream().filter(Container::paused).count(),
                "ContainersStopped",
                all.stream().filter(c -> stopped(c.state())).count(),
                "Images",
                images.images().size(),
                "Driver",
                facts.driver(),
                "DriverStatus",
                List.of(
                        List.of("Layers", facts.layerKind()),
                        List.of("Layer store", peers.layerStore().toString()),
                        List.of("Registry gateway", peers.registryGateway().toString()),
                        List.of("Node", node.name())),
                "Plugins",
                Json.of(
                        "Volume", List.of("local"),
                        "Network", List.of("bridge", "host", "null"),
                        "Authorization", null,
                        "Log", List.of("json-file", "local", "none")),
                "MemoryLimit",
                true,
                "SwapLimit",
                true,
                "CpuCfsPeriod",
                true,
                "CpuCfsQuota",
                true,
                "CPUShares",
                true,
                "CPUSet",
                true,
                "PidsLimit",
                true,
                "OomKillDisable",
                !v2,
                "IPv4Forwarding",
                true,
                "Debug",
                false,
                "NFd",
                0,
                "NGoroutines",
                Thread.activeCount(),
                "SystemTime",
                Instant.now().toString(),
                "LoggingDriver",
                "json-file",
                "CgroupDriver",
                "cgroupfs",
                "CgroupVersion",
                v2 ? "2" : "1",
                "NEventsListener",
                0,
                "KernelVersion",
                Machine.kernel(),
                "OperatingSystem",
                Machine.release("PRETTY_NAME"),
                "OSVersion",
                Machine.release("VERSION_ID"),
                "OSType",
                "linux",
                "Architecture",
                Machine.machine(),
                "IndexServerAddress",
                "https://index.docker.io/v1/",
                "RegistryConfig",
                Json.of(
                        "InsecureRegistryCIDRs", List.of("127.0.0.0/8", "::1/128"),
                        "IndexConfigs",
                                Json.of(
                                        "docker.io",
                                        Json.of(
                                                "Name",
                                                "docker.io",
                                                "Mirrors",
                                                List.of(),
                                                "Secure",
                                                true,
                                                "Official",
                                                true)),
                        "Mirrors", null),
                "NCPU",
                Machine.processors(),
                "MemTotal",
                Machine.memory(),
                "GenericResources",
                null,
                "DockerRootDir",
                node.root().toString(),
                "HttpProxy",
                "",
                "HttpsProxy",
                "",
                "NoProxy",
                "",
                "Name",
                Machine.hostname(),
                "Labels",
                List.of("strata.node=" + node.name()),
                "ExperimentalBuild",
                false,
                "ServerVersion",
                version,
                "Runtimes",
                Json.of("runc", Json.of("path", "runc")),
                "DefaultRuntime",
                "runc",
                "Swarm",
                Json.of(
                        "NodeID", "",
                        "NodeAddr", "",
                        "LocalNodeState", "inactive",
                        "ControlAvailable", false,
                        "Error", "",
                        "RemoteManagers", null),
                "LiveRestoreEnabled",
                true,
                "Isolation",
                "",
                "InitBinary",
                "docker-init",
                "ContainerdCommit",
                Json.of("ID", ""),
                "RuncCommit",
                Json.of("ID", ""),
                "InitCommit",
                Json.of("ID", ""),
                "SecurityOptions",
                v2 ? List.of("name=seccomp,profile=builtin", "name=cgroupns") : List.of("name=seccomp,profile=builtin"),
                "CDISpecDirs",
                List.of(),
                "Warnings",
                null);
        call.json(200, info);
    }

    private static boolean stopped(State state) {
        return !state.alive();
    }
}
