package io.strata.gateway.manifests;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Manifests, their bytes, what they name, and the images that they are of. */
@ApplicationScoped
public class ManifestRows implements PanacheRepositoryBase<ManifestRow, UUID> {
    /** Something that a manifest names. {@code kind} is {@link #BLOB} or {@link #CHILD}. */
    public static final String BLOB = "blob";

    public static final String CHILD = "child";

    public Optional<ManifestRow> find(Long repositoryId, Digest digest) {
        return find("repositoryId = ?1 and digest = ?2", repositoryId, digest.toString())
                .firstResultOptional();
    }

    public Optional<ManifestRow> ofCommit(String commitId) {
        return find("commitId", commitId).firstResultOptional();
    }

    /** Every manifest, in every repository, that is of the image. */
    public List<ManifestRow> ofImage(Digest imageId) {
        return list("imageId = ?1 order by registeredAt", imageId.toString());
    }

    public List<ManifestRow> inRepository(Long repositoryId, String digest) {
        return list("repositoryId = ?1 and digest = ?2", repositoryId, digest);
    }

    public List<ManifestRow> referrers(String repository, Digest subject) {
        return getEntityManager()
                .createNativeQuery("""
                        select m.* from manifest m join repository r on r.id = m.repository_id
                        where r.name = ?1 and m.subject = ?2 order by m.registered_at, m.digest""", ManifestRow.class)
                .setParameter(1, repository)
                .setParameter(2, subject.toString())
                .getResultList()
                .stream()
                .map(ManifestRow.class::cast)
                .toList();
    }

    /** Keeps the bytes. Locks them against {@link #forgetContent} of another transaction. */
    public void keepContent(ManifestBytes manifest) {
        getEntityManager()
                .createNativeQuery("insert into manifest_content (digest, content) values (?1, ?2)"
                        + " on conflict (digest) do update set digest = excluded.digest")
                .setParameter(1, manifest.digest().toString())
                .setParameter(2, manifest.content())
                .executeUpdate();
    }

    public void keepImage(Digest id, byte[] config, Optional<Digest> parent) {
        getEntityManager()
                .createNativeQuery("insert into image (id, config, parent) values (?1, ?2, ?3)"
                        + " on conflict (id) do update set parent = coalesce(image.parent, excluded.parent)")
                .setParameter(1, id.toString())
                .setParameter(2, config)
                .setParameter(3, parent.map(Digest::toString).orElse(null))
                .executeUpdate();
    }

    public void keepParts(UUID manifestId, ManifestContent content) {
        int position = 0;
        for (Descriptor blob : content.blobs()) {
            keepPart(manifestId, position++, BLOB, blob);
        }
        for (Descriptor child : content.children()) {
            keepPart(manifestId, position++, CHILD, child);
        }
    }

    private void keepPart(UUID manifestId, int position, String kind, Descriptor part) {
        getEntityManager()
                .createNativeQuery(
                        "insert into manifest_part (manifest_id, position, kind, digest) values (?1, ?2, ?3, ?4)")
                .setParameter(1, manifestId)
                .setParameter(2, position)
                .setParameter(3, kind)
                .setParameter(4, part.digest().toString())
                .executeUpdate();
    }

    /** Digests of the manifests that the index names and no other index of the repository does, in its order. */
    public List<String> childrenOnlyOf(ManifestRow index) {
        return strings("""
                select p.digest from manifest_part p where p.manifest_id = ?1 and p.kind = 'child' and not exists (
                    select 1 from manifest_part o join manifest m on m.id = o.manifest_id
                    where o.digest = p.digest and o.kind = 'child' and m.id <> ?1 and m.repository_id = ?2)
                order by p.position""", index.id, index.repositoryId);
    }

    /** A manifest of the repository that came from upstream and names the blob. */
    public Optional<Digest> proxiedManifestOf(String repository, Digest blob) {
        return strings("""
                select m.digest from manifest m join repository r on r.id = m.repository_id
                join manifest_part p on p.manifest_id = m.id
                where r.name = ?1 and p.digest = ?2 and p.kind = 'blob' and m.origin = 'PROXIED' limit 1""", repository, blob.toString()).stream()
                .map(Digest::parse)
                .findFirst();
    }

    /** Removes the row, and its bytes and image when nothing else is of them. */
    public void remove(ManifestRow row) {
        delete(row);
        flush();
        forgetContent(row.digest);
        if (row.imageId != null) {
            forgetImage(row.imageId);
        }
    }

    // Two statements each: the second sees what was committed while the first waited for the lock.
    private void forgetContent(String digest) {
        strings("select digest from manifest_content where digest = ?1 for update", digest);
        update(
                "delete from manifest_content c where c.digest = ?1"
                        + " and not exists (select 1 from manifest m where m.digest = c.digest)",
                digest);
    }

    private void forgetImage(String imageId) {
        strings("select id from image where id = ?1 for update", imageId);
        update(
                "delete from image i where i.id = ?1"
                        + " and not exists (select 1 from manifest m where m.image_id = i.id)",
                imageId);
    }

    public Optional<byte[]> config(Digest imageId) {
        return bytes("select config from image where id = ?1", imageId.toString());
    }

    public Optional<byte[]> content(Digest digest) {
        return bytes("select content from manifest_content where digest = ?1", digest.toString());
    }

    public Optional<Digest> parent(Digest imageId) {
        return strings("select parent from image where id = ?1 and parent is not null", imageId.toString()).stream()
                .map(Digest::parse)
                .findFirst();
    }

    /** Images that were committed from this one. */
    public List<Digest> childImages(Digest imageId) {
        return strings("select id from image where parent = ?1", imageId.toString()).stream()
                .map(Digest::parse)
                .toList();
    }

    /** Ids of images whose hexadecimal digits begin so; at most two, as two are ambiguous. */
    public List<Digest> imagesByPrefix(String hexPrefix) {
        return strings(
                        "select id from image where id like ?1 or id like ?2 order by id limit 2",
                        "sha256:" + hexPrefix + "%",
                        "sha512:" + hexPrefix + "%")
                .stream()
                .map(Digest::parse)
                .toList();
    }

    private Optional<byte[]> bytes(String sql, String key) {
        return getEntityManager().createNativeQuery(sql, byte[].class).setParameter(1, key).getResultList().stream()
                .map(byte[].class::cast)
                .findFirst();
    }

    private List<String> strings(String sql, Object... parameters) {
        var query = getEntityManager().createNativeQuery(sql, String.class);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        Collection<?> found = query.getResultList();
        return found.stream().map(String.class::cast).toList();
    }

    private void update(String sql, String key) {
        getEntityManager().createNativeQuery(sql).setParameter(1, key).executeUpdate();
    }
}
