package io.strata.runtime.containers;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.strata.events.StrataEvent;
import io.strata.events.outbox.Outbox;
import io.strata.oci.Digest;
import io.strata.runtime.errors.EngineException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hibernate.exception.ConstraintViolationException;

/** {@link ContainerStore} in PostgreSQL. */
@ApplicationScoped
@Transactional
public class ContainerRows implements ContainerStore, PanacheRepositoryBase<ContainerRow, String> {
    private final Outbox outbox;

    ContainerRows(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public Optional<Container> byId(String id) {
        return findByIdOptional(id).map(ContainerRow::toContainer);
    }

    @Override
    public Optional<Container> byName(String name) {
        return find("name", name).firstResultOptional().map(ContainerRow::toContainer);
    }

    @Override
    public List<Container> byIdPrefix(String prefix) {
        return containers(find("id like ?1", prefix + "%").page(0, 2).stream());
    }

    @Override
    public List<Container> all() {
        return containers(find("order by created desc").stream());
    }

    @Override
    public List<Container> ofNode(String node) {
        return containers(find("node", node).stream());
    }

    @Override
    public List<Container> ofImage(Digest imageId) {
        return containers(find("imageId", imageId.toString()).stream());
    }

    private static List<Container> containers(Stream<ContainerRow> rows) {
        try (rows) {
            return rows.map(ContainerRow::toContainer).toList();
        }
    }

    @Override
    public void add(Container container, StrataEvent... events) {
        refuseTaken(container.name());
        persist(ContainerRow.of(container));
        flushed(container.name());
        tell(events);
    }

    @Override
    public Container change(String id, UnaryOperator<Container> change, StrataEvent... events) {
        ContainerRow row = lock(id).orElseThrow(() -> new EngineException.NotFound("No such container: " + id));
        Container before = row.toContainer();
        Container after = change.apply(before);
        if (!after.name().equals(before.name())) {
            refuseTaken(after.name());
        }
        if (after.definedAs(before)) {
            row.set(after.run());
        } else {
            row.set(after);
        }
        flushed(after.name());
        tell(events);
        return after;
    }

    @Override
    public void remove(String id, StrataEvent... events) {
        lock(id).ifPresent(row -> {
            delete(row);
            flush();
            tell(events);
        });
    }

    private Optional<ContainerRow> lock(String id) {
        return Optional.ofNullable(findById(id, LockModeType.PESSIMISTIC_WRITE));
    }

    private void tell(StrataEvent... events) {
        for (StrataEvent event : events) {
            outbox.append(event);
        }
    }

    private void refuseTaken(String name) {
        find("name", name).firstResultOptional().ifPresent(holder -> {
            throw Names.taken(name, holder.id);
        });
    }

    /** Two that ask for one name at the same time both find it free; the constraint lets one through. */
    private void flushed(String name) {
        try {
            flush();
        } catch (ConstraintViolationException e) {
            throw Names.taken(name, "another");
        }
    }
}
