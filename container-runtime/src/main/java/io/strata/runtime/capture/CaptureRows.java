package io.strata.runtime.capture;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Queries of {@link CaptureRow}. */
@ApplicationScoped
public class CaptureRows {
    private final EntityManager entities;

    CaptureRows(EntityManager entities) {
        this.entities = entities;
    }

    Optional<CaptureRow> lock(String commitId) {
        return Optional.ofNullable(entities.find(CaptureRow.class, commitId, LockModeType.PESSIMISTIC_WRITE));
    }

    void add(CaptureRow row) {
        entities.persist(row);
    }

    /** Commits of which this node has not answered, the oldest first. */
    List<String> toDo(String node) {
        return entities.createQuery(
                        "select commitId from CaptureRow where node = ?1 and answeredAt is null order by requestedAt",
                        String.class)
                .setParameter(1, node)
                .getResultList();
    }

    void forgetAnsweredBefore(Instant time) {
        entities.createQuery("delete from CaptureRow where answeredAt < ?1")
                .setParameter(1, time)
                .executeUpdate();
    }
}
