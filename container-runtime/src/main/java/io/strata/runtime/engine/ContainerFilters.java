package io.strata.runtime.engine;

import io.strata.oci.Digest;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Health;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.NetworkException;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import io.strata.runtime.network.PortBindings.Port;
import io.strata.runtime.routing.Filters;
import io.strata.runtime.volumes.MountPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code docker ps --filter} (moby's {@code daemon/list.go}). */
final class ContainerFilters {
    private static final Set<String> KNOWN = Set.of(
            "ancestor",
            "before",
            "exited",
            "expose",
            "health",
            "id",
            "is-task",
            "isolation",
            "label",
            "label!",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");
    private static final Set<String> STATES =
            Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
    private static final Set<String> HEALTHS = Set.of("starting", "healthy", "unhealthy", "none");

    private final Filters filters;
    private final Optional<Instant> before;
    private final Optional<Instant> since;
    private final List<Digest> ancestors;

    /** What a filter looks at beyond the container itself. */
    record Seen(Container container, Optional<Health> health, List<Endpoint> endpoints, List<PublishedPort> ports) {}

    /**
     * @param find  a container by name or id, for {@code before} and {@code since}
     * @param image an image's id by any of its names; empty when there is none
     */
    ContainerFilters(Filters filters, Function<String, Container> find, Function<String, Optional<Digest>> image) {
        this.filters = filters.only(KNOWN);
        words("status", STATES);
        words("health", HEALTHS);
        filters.get("exited").forEach(ContainerFilters::exitCode);
        this.before =
                filters.get("before").stream().map(find).map(Container::created).findFirst();
        this.since =
                filters.get("since").stream().map(find).map(Container::created).findFirst();
        this.ancestors = filters.get("ancestor").stream()
                .flatMap(name -> image.apply(name).stream())
                .toList();
    }

    private void words(String name, Set<String> known) {
        for (String value : filters.get(name)) {
            if (!known.contains(value)) {
                throw new EngineException.InvalidInput("invalid filter '" + name + "=" + value + "'");
            }
        }
    }

    private static int exitCode(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidInput("invalid filter 'exited=" + text + "'");
        }
    }

    /** Whether stopped containers are asked for without {@code -a}. */
    boolean everyState() {
        return filters.has("status");
    }

    boolean hold(Seen seen) {
        Container container = seen.container();
        return filters.labelsHold(container.config().labels())
                && filters.allows("status", StatusText.word(container))
                && filters.allows(
                        "health", seen.health().map(h -> h.status().word()).orElse("none"))
                && any("name", name -> matches(name, container.name()) || matches(name, "/" + container.name()))
                && any("id", id -> container.id().startsWith(id) || matches(id, container.id()))
                && any(
                        "exited",
                        code -> !container.state().alive()
                                && container.run().startedAt().isPresent()
                                && container.run().exitCode() == exitCode(code))
                && before.filter(at -> !container.created().isBefore(at)).isEmpty()
                && since.filter(at -> !container.created().isAfter(at)).isEmpty()
                && (!filters.has("ancestor") || ancestors.contains(container.imageId()))
                && any("network", name -> onNetwork(seen, name))
                && any("volume", name -> hasVolume(container, name))
                && any("publish", port -> published(seen, port))
                && any("expose", port -> exposed(container, port))
                && filters.flag("is-task").filter(task -> task).isEmpty();
    }

    private boolean any(String name, java.util.function.Predicate<String> holds) {
        return !filters.has(name) || filters.get(name).stream().anyMatch(holds);
    }

    private static boolean matches(String pattern, String text) {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException notAPattern) {
            return text.equals(pattern);
        }
    }

    private static boolean onNetwork(Seen seen, String name) {
        String mode = seen.container().hostConfig().networkMode();
        String own = mode.equals("default") ? "bridge" : mode;
        return own.equals(name)
                || seen.container().networking().endpoints().containsKey(name)
                || seen.endpoints().stream()
                        .anyMatch(e ->
                                e.networkName().equals(name) || e.networkId().startsWith(name));
    }

    private static boolean hasVolume(Container container, String name) {
        return container.mounts().stream().anyMatch(m -> sameVolume(m, name));
    }

    private static boolean sameVolume(MountPoint mount, String name) {
        return mount.name().equals(name)
                || mount.destination().equals(name)
                || mount.type() == MountPoint.Type.BIND && mount.source().equals(name);
    }

    private static boolean published(Seen seen, String wanted) {
        return ports(wanted).stream().anyMatch(p -> seen.ports().stream()
                .anyMatch(port -> port.protocol().equals(p.protocol())
                        && (port.hostPort() == p.number() || port.containerPort() == p.number())));
    }

    private static boolean exposed(Container container, String wanted) {
        return ports(wanted).stream()
                .anyMatch(p -> container.config().exposedPorts().containsKey(p.toString()));
    }

    /** {@code 80}, {@code 80/udp}, {@code 8000-8010/tcp}. */
    private static List<Port> ports(String text) {
        int slash = text.indexOf('/');
        String protocol = slash < 0 ? "" : text.substring(slash);
        String numbers = slash < 0 ? text : text.substring(0, slash);
        int dash = numbers.indexOf('-');
        try {
            Port first = Port.parse((dash < 0 ? numbers : numbers.substring(0, dash)) + protocol);
            Port last = dash < 0 ? first : Port.parse(numbers.substring(dash + 1) + protocol);
            List<Port> ports = new ArrayList<>();
            for (int number = first.number(); number <= last.number(); number++) {
                ports.add(new Port(number, first.protocol()));
            }
            return ports;
        } catch (NetworkException e) {
            throw new EngineException.InvalidInput(e.getMessage());
        }
    }
}
