package io.strata.layerstore.layers;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

@ApplicationScoped
class LayerRows implements PanacheRepositoryBase<LayerRow, String> {
    /** A layer with its blob's size. */
    record Sized(String digest, String diffId, long size, long unpackedSize, long files) {}

    private static final String SIZED =
            "select l.digest, l.diffId, b.size, l.unpackedSize, l.files from LayerRow l join BlobRow b on b.digest = l.digest ";

    /** @return false when something is known of the blob */
    boolean insert(String digest, String diffId, long unpackedSize, long files, Instant now) {
        return getEntityManager()
                        .createNativeQuery("""
                                insert into layers (digest, diff_id, unpacked_size, files, told_at)
                                values (?1, ?2, ?3, ?4, ?5) on conflict (digest) do nothing""")
                        .setParameter(1, digest)
                        .setParameter(2, diffId)
                        .setParameter(3, unpackedSize)
                        .setParameter(4, files)
                        .setParameter(5, now)
                        .executeUpdate()
                == 1;
    }

    List<Sized> ofDigests(Collection<String> digests) {
        return digests.isEmpty()
                ? List.of()
                : getEntityManager()
                        .createQuery(SIZED + "where l.digest in ?1", Sized.class)
                        .setParameter(1, digests)
                        .getResultList();
    }

    List<Sized> ofDiffIds(Collection<String> diffIds) {
        return diffIds.isEmpty()
                ? List.of()
                : getEntityManager()
                        .createQuery(SIZED + "where l.diffId in ?1 order by l.diffId, l.digest", Sized.class)
                        .setParameter(1, diffIds)
                        .getResultList();
    }

    List<String> diffIdsAfter(String after, int limit) {
        return getEntityManager()
                .createQuery(
                        "select distinct l.diffId from LayerRow l where l.diffId > ?1 order by l.diffId", String.class)
                .setParameter(1, after)
                .setMaxResults(limit)
                .getResultList();
    }
}
