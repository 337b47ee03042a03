package io.strata.layerstore.objects;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

@ApplicationScoped
class DoomedRows implements PanacheRepositoryBase<DoomedRow, String> {
    List<DoomedRow> due(Instant now, int limit) {
        return find("finalAfter <= ?1 order by finalAfter", now).page(0, limit).list();
    }
}
