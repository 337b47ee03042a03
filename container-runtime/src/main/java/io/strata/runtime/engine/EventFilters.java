package io.strata.runtime.engine;

import io.strata.runtime.routing.Filters;
import java.util.List;
import java.util.function.Predicate;

/** {@code docker events --filter} (moby's {@code daemon/events/filter.go}). */
final class EventFilters {
    private final Filters filters;

    EventFilters(Filters filters) {
        this.filters = filters;
    }

    boolean hold(EngineEvent event) {
        return any(
                        "event",
                        wanted -> event.action().equals(wanted)
                                || event.action().startsWith(wanted + ":")
                                || event.action().startsWith(wanted + ": "))
                && any("type", event.type()::equals)
                && any("scope", "local"::equals)
                && any("daemon", wanted -> false)
                && about("container", event)
                && about("image", event)
                && about("volume", event)
                && about("network", event)
                && about("plugin", event)
                && filters.labelsHold(event.attributes());
    }

    /** An image's events are those of the image, and of containers that were made from it. */
    private boolean about(String type, EngineEvent event) {
        if (!filters.has(type)) {
            return true;
        }
        if (type.equals("image")) {
            List<String> names = List.of(
                    event.actor(),
                    event.attributes().getOrDefault(event.type().equals("image") ? "name" : "image", ""));
            return filters.get(type).stream().anyMatch(wanted -> names.stream()
                    .anyMatch(name -> name.equals(wanted) || untagged(name).equals(wanted)));
        }
        return event.type().equals(type)
                && filters.get(type).stream()
                        .anyMatch(wanted -> event.actor().startsWith(wanted)
                                || event.attributes().getOrDefault("name", "").equals(wanted));
    }

    private static String untagged(String name) {
        int colon = name.lastIndexOf(':');
        return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    }

    private boolean any(String name, Predicate<String> holds) {
        return !filters.has(name) || filters.get(name).stream().anyMatch(holds);
    }
}
