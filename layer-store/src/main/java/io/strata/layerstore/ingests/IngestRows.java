package io.strata.layerstore.ingests;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class IngestRows implements PanacheRepositoryBase<IngestRow, UUID> {
    Optional<IngestRow> lock(UUID id) {
        return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
    }

    List<UUID> untouchedSince(Instant time, int limit) {
        return find("select id from IngestRow where touchedAt <= ?1 order by touchedAt", time)
                .page(0, limit)
                .project(UUID.class)
                .list();
    }
}
