package io.strata.commit.commits;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class CommitRows implements PanacheRepositoryBase<CommitRow, UUID> {
    Optional<CommitRow> lock(UUID id) {
        return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
    }

    List<UUID> due(Instant now, int limit) {
        return find(
                        "select id from CommitRow where state in ('REQUESTED', 'CAPTURED') and nextTry <= ?1 order by nextTry",
                        now)
                .page(0, limit)
                .project(UUID.class)
                .list();
    }

    /** Those that were asked for before {@code before}, the latest first. */
    List<CommitRow> latest(Instant before, int limit) {
        return find("requestedAt < ?1 order by requestedAt desc, id desc", before)
                .page(0, limit)
                .list();
    }

    long forget(Instant endedBefore) {
        return delete("endedAt < ?1", endedBefore);
    }
}
