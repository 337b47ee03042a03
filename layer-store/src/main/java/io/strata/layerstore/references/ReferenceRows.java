package io.strata.layerstore.references;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

@ApplicationScoped
class ReferenceRows implements PanacheRepositoryBase<ReferenceRow, ReferenceRow.Key> {
    /** The label is the latest one. */
    void put(Owner owner, Digest digest, Instant now) {
        getEntityManager()
                .createNativeQuery("""
                        insert into blob_references (owner_id, digest, kind, label, since) values (?1, ?2, ?3, ?4, ?5)
                        on conflict (owner_id, digest) do update set label = excluded.label""")
                .setParameter(1, owner.id())
                .setParameter(2, digest.toString())
                .setParameter(3, owner.kind())
                .setParameter(4, owner.label())
                .setParameter(5, now)
                .executeUpdate();
    }

    long dropOf(String ownerId) {
        return delete("ownerId", ownerId);
    }

    List<ReferenceRow> of(Collection<String> digests) {
        return digests.isEmpty() ? List.of() : list("digest in ?1 order by kind, label, ownerId", digests);
    }
}
