package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Container.Run;
import io.strata.runtime.containers.Health;
import io.strata.runtime.containers.State;
import io.strata.runtime.network.NodeNetwork.Connected;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code docker inspect} of a container, in the shape of API 1.50; older clients read what they know. */
final class InspectView {
    private InspectView() {}

    static Map<String, Object> of(Container container, NodeFacts facts, List<String> execs, Path folder) {
        List<String> words = SummaryView.words(container);
        Optional<Connected> connected = facts.connected(container);
        return Json.of(
                "Id", container.id(),
                "Created", container.created().toString(),
                "Path", words.isEmpty() ? "" : words.getFirst(),
                "Args", words.subList(Math.min(1, words.size()), words.size()),
                "State", state(container, facts.health(container)),
                "Image", container.imageId().toString(),
                "ResolvConfPath", folder.resolve("resolv.conf").toString(),
                "HostnamePath", folder.resolve("hostname").toString(),
                "HostsPath", folder.resolve("hosts").toString(),
                "LogPath", folder.resolve("log").toString(),
                "Name", "/" + container.name(),
                "RestartCount", container.run().restartCount(),
                "Driver", facts.driver(),
                "Platform", "linux",
                "MountLabel", "",
                "ProcessLabel", "",
                "AppArmorProfile", "",
                "ExecIDs", execs.isEmpty() ? null : execs,
                "HostConfig", container.hostConfig(),
                "GraphDriver",
                        Json.of(
                                "Data", Json.of("ID", container.id()),
                                "Name", facts.driver()),
                "Mounts", MountView.of(container),
                "Config", container.config(),
                "NetworkSettings", NetworkView.settings(container, connected));
    }

    private static Map<String, Object> state(Container container, Optional<Health> health) {
        Run run = container.run();
        Map<String, Object> state = Json.of(
                "Status", StatusText.word(container),
                "Running", run.state().alive(),
                "Paused", run.paused(),
                "Restarting", run.state() == State.RESTARTING,
                "OOMKilled", run.oomKilled(),
                "Dead", run.state() == State.DEAD,
                "Pid", run.pid().orElse(0L),
                "ExitCode", run.exitCode(),
                "Error", run.error(),
                "StartedAt", Json.time(run.startedAt()),
                "FinishedAt", Json.time(run.finishedAt()));
        health.ifPresent(h -> state.put("Health", health(h)));
        return state;
    }

    private static Map<String, Object> health(Health health) {
        return Json.of(
                "Status", health.status().word(),
                "FailingStreak", health.failingStreak(),
                "Log",
                        health.log().stream()
                                .map(p -> Json.of(
                                        "Start", p.start().toString(),
                                        "End", p.end().toString(),
                                        "ExitCode", p.exitCode(),
                                        "Output", p.output()))
                                .toList());
    }
}
