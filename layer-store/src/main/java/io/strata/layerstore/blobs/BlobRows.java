package io.strata.layerstore.blobs;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

@ApplicationScoped
public class BlobRows implements PanacheRepositoryBase<BlobRow, String> {
    /** To look at only: changes to them are lost, and who locks them later reads them anew. */
    List<BlobRow> of(Collection<Digest> digests) {
        List<BlobRow> found = digests.isEmpty() ? List.of() : list("digest in ?1", texts(digests));
        found.forEach(getEntityManager()::detach);
        return found;
    }

    /** Locks the rows in the order of the digests, which every locker keeps, so that none waits for another in a circle. */
    public List<BlobRow> lock(Collection<Digest> digests) {
        return digests.isEmpty()
                ? List.of()
                : find("digest in ?1 order by digest", texts(digests))
                        .withLock(LockModeType.PESSIMISTIC_WRITE)
                        .list();
    }

    /** Waits for whoever is inserting the same digest. @return false when it is there */
    boolean insert(BlobFacts facts, String key, Instant now, Instant heldUntil) {
        return getEntityManager()
                        .createNativeQuery("""
                                insert into blobs (digest, object_key, size, media_type, stored_at, held_until)
                                values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (digest) do nothing""")
                        .setParameter(1, facts.digest().toString())
                        .setParameter(2, key)
                        .setParameter(3, facts.size())
                        .setParameter(4, facts.mediaType())
                        .setParameter(5, now)
                        .setParameter(6, heldUntil)
                        .executeUpdate()
                == 1;
    }

    /** Up to {@code limit} digests that nobody refers to and whose hold ended, and that are not condemned. */
    public List<String> unheld(Instant now, int limit) {
        return digests("""
                select b.digest from blobs b where b.condemned_at is null and b.held_until <= ?1
                and not exists (select 1 from blob_references r where r.digest = b.digest)
                order by b.digest limit ?2""", now, limit);
    }

    /** Up to {@code limit} digests that were condemned at {@code before} or earlier and that nobody refers to. */
    public List<String> condemned(Instant before, int limit) {
        return digests("""
                select b.digest from blobs b where b.condemned_at <= ?1
                and not exists (select 1 from blob_references r where r.digest = b.digest)
                order by b.digest limit ?2""", before, limit);
    }

    /** Number and bytes of the blobs that {@link #unheld} and {@link #condemned} would give. */
    public Object[] collectable(Instant now) {
        return (Object[])
                getEntityManager().createNativeQuery("""
                        select count(*), coalesce(sum(b.size), 0)::bigint from blobs b
                        where (b.condemned_at is not null or b.held_until <= ?1)
                        and not exists (select 1 from blob_references r where r.digest = b.digest)""").setParameter(1, now).getSingleResult();
    }

    public boolean isReferredTo(BlobRow row) {
        return (Boolean) getEntityManager()
                .createNativeQuery("select exists (select 1 from blob_references where digest = ?1)", Boolean.class)
                .setParameter(1, row.digest)
                .getSingleResult();
    }

    @SuppressWarnings("unchecked") // A native query of one text column.
    private List<String> digests(String sql, Instant time, int limit) {
        return getEntityManager()
                .createNativeQuery(sql, String.class)
                .setParameter(1, time)
                .setParameter(2, limit)
                .getResultList();
    }

    private static List<String> texts(Collection<Digest> digests) {
        return digests.stream().distinct().map(Digest::toString).toList();
    }
}
