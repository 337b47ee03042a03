package io.strata.gateway.pulls;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Pulls that may still be completed. */
@ApplicationScoped
@Transactional
public class PullRows {
    private final EntityManager entities;

    PullRows(EntityManager entities) {
        this.entities = entities;
    }

    /** Also forgets what nobody will complete any more. */
    void add(UUID id, PulledImage image, String node, Duration keep) {
        entities.createQuery("delete from PullRow p where p.beganAt < ?1")
                .setParameter(1, Instant.now().minus(keep))
                .executeUpdate();
        PullRow row = new PullRow();
        row.id = id;
        row.reference = image.reference().toString();
        row.node = node;
        row.namedType = image.named().mediaType();
        row.namedDigest = image.named().digest().toString();
        row.named = image.named().content();
        row.imageType = image.image().bytes().mediaType();
        row.imageDigest = image.image().bytes().digest().toString();
        row.image = image.image().bytes().content();
        row.imageId = image.content().id().toString();
        row.config = image.config();
        row.beganAt = Instant.now();
        entities.persist(row);
    }

    Optional<PullRow> find(UUID id) {
        return Optional.ofNullable(entities.find(PullRow.class, id));
    }

    void fetched(UUID id) {
        entities.createQuery("update PullRow p set p.fetched = true where p.id = ?1")
                .setParameter(1, id)
                .executeUpdate();
    }

    void completed(UUID id, boolean newer) {
        entities.createQuery("update PullRow p set p.newer = ?2 where p.id = ?1")
                .setParameter(1, id)
                .setParameter(2, newer)
                .executeUpdate();
    }
}
