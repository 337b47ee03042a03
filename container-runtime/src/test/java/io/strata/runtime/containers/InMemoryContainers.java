package io.strata.runtime.containers;

import io.strata.events.StrataEvent;
import io.strata.oci.Digest;
import io.strata.runtime.errors.EngineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@link ContainerStore} without a database; {@link #told} are the events' names in their order. */
final class InMemoryContainers implements ContainerStore {
    final List<String> told = new ArrayList<>();
    private final Map<String, Container> rows = new LinkedHashMap<>();

    @Override
    public synchronized Optional<Container> byId(String id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized Optional<Container> byName(String name) {
        return rows.values().stream().filter(c -> c.name().equals(name)).findFirst();
    }

    @Override
    public synchronized List<Container> byIdPrefix(String prefix) {
        return rows.values().stream()
                .filter(c -> c.id().startsWith(prefix))
                .limit(2)
                .toList();
    }

    @Override
    public synchronized List<Container> all() {
        return rows.values().stream()
                .sorted(Comparator.comparing(Container::created).reversed())
                .toList();
    }

    @Override
    public synchronized List<Container> ofNode(String node) {
        return rows.values().stream().filter(c -> c.node().equals(node)).toList();
    }

    @Override
    public synchronized List<Container> ofImage(Digest imageId) {
        return rows.values().stream().filter(c -> c.imageId().equals(imageId)).toList();
    }

    @Override
    public synchronized void add(Container container, StrataEvent... events) {
        byName(container.name()).ifPresent(holder -> {
            throw Names.taken(container.name(), holder.id());
        });
        rows.put(container.id(), container);
        tell(events);
    }

    @Override
    public synchronized Container change(String id, UnaryOperator<Container> change, StrataEvent... events) {
        Container before = byId(id).orElseThrow(() -> new EngineException.NotFound("No such container: " + id));
        Container after = change.apply(before);
        rows.put(id, after);
        tell(events);
        return after;
    }

    @Override
    public synchronized void remove(String id, StrataEvent... events) {
        if (rows.remove(id) != null) {
            tell(events);
        }
    }

    private void tell(StrataEvent... events) {
        for (StrataEvent event : events) {
            told.add(event.name());
        }
    }
}
