package io.strata.runtime.containers;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.snapshots.Snapshots;
import io.strata.runtime.spec.RuntimeSpecs;
import io.strata.runtime.volumes.Volumes;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A node whose kernel is made up: the domain's real classes on ports that only note what they were asked. */
final class FakeNode {
    final InMemoryContainers store = new InMemoryContainers();
    final FakeSupervisor supervisor = new FakeSupervisor();
    final List<String> asked = new ArrayList<>();
    final List<String> acted = new ArrayList<>();
    final Tasks tasks = new Tasks();
    final Waits waits = new Waits();
    final Runs runs;
    final Lifecycle lifecycle;
    final Removals removals;
    final Reconciliation reconciliation;
    final ContainerFolders folders;

    FakeNode(Path home) {
        NodeConfig config = config(home);
        folders = new ContainerFolders(config);
        ContainerLocks locks = new ContainerLocks();
        ContainerActions actions = (container, action, more) -> acted.add(action);
        NodeNetwork network = port(NodeNetwork.class, this::answer);
        Volumes volumes = port(Volumes.class, this::answer);
        Snapshots snapshots =
                port(Snapshots.class, name -> name.equals("mount") ? Path.of("/root-of-it") : answer(name));
        RuntimeSpecs specs = port(RuntimeSpecs.class, this::answer);
        LayerMounts layers = port(LayerMounts.class, this::answer);
        RootMounts mounts = new RootMounts(snapshots);
        Attachments attachments = new Attachments(supervisor, store, locks);
        Launches launches = new Launches(supervisor, specs, network, volumes, mounts, attachments, folders, store);
        Restarts restarts = new Restarts(tasks);
        Healthchecks health = new Healthchecks(supervisor, specs, folders, actions, tasks);
        runs = new Runs(
                supervisor,
                store,
                locks,
                launches,
                restarts,
                waits,
                health,
                tasks,
                this::removals,
                new ContainerMetrics(new SimpleMeterRegistry()));
        lifecycle = new Lifecycle(supervisor, store, locks, runs, restarts, waits, config, actions);
        removals = new Removals(
                store,
                locks,
                launches,
                lifecycle,
                restarts,
                network,
                volumes,
                layers,
                mounts,
                folders,
                attachments,
                waits);
        reconciliation = new Reconciliation(
                store, locks, supervisor, network, mounts, folders, launches, runs, removals, config);
    }

    private Removals removals() {
        return removals;
    }

    Container add(String name, String host) {
        Container container = Fixture.container(name, "{\"Cmd\":[\"sleep\",\"1\"]}", host);
        store.add(container);
        return container;
    }

    Container now(Container container) {
        return store.byId(container.id()).orElseThrow();
    }

    private Object answer(String method) {
        return switch (method) {
            case "connect" ->
                new NodeNetwork.Connected(
                        Optional.of(Path.of("/run/netns/x")),
                        List.of(),
                        List.of(),
                        Path.of("/hosts"),
                        Path.of("/hostname"),
                        Path.of("/resolv.conf"));
            case "find" -> Optional.empty();
            default -> null;
        };
    }

    private <T> T port(Class<T> type, Function<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    asked.add(type.getSimpleName() + "." + method.getName());
                    return answers.apply(method.getName());
                }));
    }

    private static NodeConfig config(Path home) {
        return new NodeConfig() {
            @Override
            public String name() {
                return "node-1";
            }

            @Override
            public Path home() {
                return home;
            }

            @Override
            public int maxConnections() {
                return 10;
            }

            @Override
            public Duration stopTimeout() {
                return Duration.ofMillis(200);
            }

            @Override
            public Duration heartbeat() {
                return Duration.ofSeconds(10);
            }
        };
    }
}
