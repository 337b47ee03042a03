package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.network.NodeNetwork.Connected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A line of {@code docker ps}. */
final class SummaryView {
    private SummaryView() {}

    static Map<String, Object> of(Container container, NodeFacts facts, Optional<Connected> connected) {
        return Json.of(
                "Id", container.id(),
                "Names", List.of("/" + container.name()),
                "Image", container.image(),
                "ImageID", container.imageId().toString(),
                "Command", command(container),
                "Created", container.created().getEpochSecond(),
                "Ports", NetworkView.listed(container, connected),
                "Labels", container.config().labels(),
                "State", StatusText.word(container),
                "Status", StatusText.of(container, facts.health(container), Instant.now()),
                "HostConfig", Json.of("NetworkMode", networkMode(container)),
                "NetworkSettings",
                        Json.of(
                                "Networks",
                                NetworkView.networks(
                                        container,
                                        connected.map(Connected::endpoints).orElse(List.of()))),
                "Mounts", MountView.of(container));
    }

    private static String networkMode(Container container) {
        String mode = container.hostConfig().networkMode();
        return mode.equals("default") ? "bridge" : mode;
    }

    static List<String> words(Container container) {
        List<String> words = new ArrayList<>();
        if (container.config().entrypoint() != null) {
            words.addAll(container.config().entrypoint());
        }
        if (container.config().cmd() != null) {
            words.addAll(container.config().cmd());
        }
        return words;
    }

    /** As moby shows it: words with spaces in quotes. */
    static String command(Container container) {
        StringBuilder text = new StringBuilder();
        for (String word : words(container)) {
            text.append(text.isEmpty() ? "" : " ").append(word.contains(" ") ? "'" + word + "'" : word);
        }
        return text.toString();
    }
}
