package io.strata.gateway.names;

import io.strata.gateway.manifests.ManifestRow;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Images with their names. */
@ApplicationScoped
public class ImageRows {
    private static final String NAMED =
            "select new io.strata.gateway.names.ImageRows$Named(m, r.name, t.name, t.taggedAt)"
                    + " from ManifestRow m left join RepositoryRow r on r.id = m.repositoryId"
                    + " left join TagRow t on t.manifestId = m.id where m.imageId is not null and ";
    private static final String ORDER = " order by r.name, t.name, m.registeredAt";

    private final EntityManager entities;

    ImageRows(EntityManager entities) {
        this.entities = entities;
    }

    /** A manifest of an image with one of its names; the names are null where it has none. */
    public record Named(ManifestRow manifest, String repository, String tag, Instant taggedAt) {}

    /** Everything that {@code docker images -a} shows, a row a name. */
    public List<Named> listed() {
        return entities.createQuery(NAMED + "m.listed" + ORDER, Named.class).getResultList();
    }

    /** Every manifest of the image, a row a name. */
    public List<Named> ofImage(Digest imageId) {
        return entities.createQuery(NAMED + "m.imageId = ?1" + ORDER, Named.class)
                .setParameter(1, imageId.toString())
                .getResultList();
    }

    public Optional<ManifestRow> byTag(String repository, String tag) {
        return entities.createQuery(
                        "select m from ManifestRow m join TagRow t on t.manifestId = m.id"
                                + " join RepositoryRow r on r.id = t.repositoryId where r.name = ?1 and t.name = ?2",
                        ManifestRow.class)
                .setParameter(1, repository)
                .setParameter(2, tag)
                .getResultStream()
                .findFirst();
    }

    public Optional<ManifestRow> byDigest(String repository, Digest digest) {
        return entities.createQuery(
                        "select m from ManifestRow m join RepositoryRow r on r.id = m.repositoryId"
                                + " where r.name = ?1 and m.digest = ?2",
                        ManifestRow.class)
                .setParameter(1, repository)
                .setParameter(2, digest.toString())
                .getResultStream()
                .findFirst();
    }
}
