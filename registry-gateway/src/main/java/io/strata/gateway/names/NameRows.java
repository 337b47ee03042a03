package io.strata.gateway.names;

import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Repositories, tags, tombstones, and the blobs that a repository may be asked for. */
@ApplicationScoped
public class NameRows {
    private final EntityManager entities;

    NameRows(EntityManager entities) {
        this.entities = entities;
    }

    /** The repository, made if need be, locked to the end of the transaction. */
    public RepositoryRow lock(String repository) {
        entities.createNativeQuery("insert into repository (name) values (?1) on conflict (name) do nothing")
                .setParameter(1, repository)
                .executeUpdate();
        return lockExisting(repository).orElseThrow();
    }

    public Optional<RepositoryRow> lockExisting(String repository) {
        return entities.createQuery("from RepositoryRow where name = ?1", RepositoryRow.class)
                .setParameter(1, repository)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .findFirst();
    }

    public Optional<RepositoryRow> find(String repository) {
        return entities.createQuery("from RepositoryRow where name = ?1", RepositoryRow.class)
                .setParameter(1, repository)
                .getResultStream()
                .findFirst();
    }

    public Optional<RepositoryRow> byId(Long id) {
        return Optional.ofNullable(entities.find(RepositoryRow.class, id));
    }

    /** Names of the repositories that hold a manifest of the image, sorted: the order in which they are locked. */
    public List<String> repositoriesOf(Digest imageId) {
        return strings(
                "select distinct r.name from repository r join manifest m on m.repository_id = r.id"
                        + " where m.image_id = ?1 order by r.name",
                imageId.toString());
    }

    public Optional<TagRow> tag(Long repositoryId, String name) {
        return Optional.ofNullable(entities.find(TagRow.class, new TagRow.Key(repositoryId, name)));
    }

    public List<TagRow> tagsOf(UUID manifestId) {
        return entities.createQuery("from TagRow where manifestId = ?1 order by name", TagRow.class)
                .setParameter(1, manifestId)
                .getResultList();
    }

    public void put(TagRow tag) {
        entities.persist(tag);
        entities.flush();
    }

    public void remove(TagRow tag) {
        entities.remove(tag);
        entities.flush();
    }

    public void bury(Long repositoryId, String reference) {
        update(
                "insert into tombstone (repository_id, reference) values (?1, ?2) on conflict do nothing",
                repositoryId,
                reference);
    }

    public void unbury(Long repositoryId, String reference) {
        update("delete from tombstone where repository_id = ?1 and reference = ?2", repositoryId, reference);
    }

    public boolean isBuried(String repository, String reference) {
        return !strings(
                        "select t.reference from tombstone t join repository r on r.id = t.repository_id"
                                + " where r.name = ?1 and t.reference = ?2",
                        repository,
                        reference)
                .isEmpty();
    }

    public void link(Long repositoryId, Digest blob, long size) {
        update(
                "insert into repository_blob (repository_id, digest, size) values (?1, ?2, ?3)"
                        + " on conflict (repository_id, digest) do update set linked_at = now()",
                repositoryId,
                blob.toString(),
                size);
    }

    public boolean unlink(Long repositoryId, Digest blob) {
        return update(
                        "delete from repository_blob where repository_id = ?1 and digest = ?2",
                        repositoryId,
                        blob.toString())
                > 0;
    }

    /** Those of {@code blobs} that the repository may be asked for. */
    public List<String> linked(Long repositoryId, Collection<Digest> blobs) {
        String[] digests = blobs.stream().map(Digest::toString).toArray(String[]::new);
        return strings(
                "select digest from repository_blob where repository_id = ?1 and digest = any(?2)",
                repositoryId,
                digests);
    }

    public boolean isLinkedAnywhere(Digest blob) {
        return !strings("select digest from repository_blob where digest = ?1 limit 1", blob.toString())
                .isEmpty();
    }

    public void release(UUID owner, Instant due) {
        update(
                "insert into released_owner (owner_id, due) values (?1, ?2)"
                        + " on conflict (owner_id) do update set due = excluded.due",
                owner,
                due);
    }

    public void settle(UUID owner) {
        update("delete from released_owner where owner_id = ?1", owner);
    }

    /** Owners whose references are to be dropped now, locked so that no other replica drops them meanwhile. */
    public List<UUID> dueOwners(int limit) {
        return entities
                .createNativeQuery(
                        "select owner_id from released_owner where due <= now() order by due limit ?1 for update skip locked",
                        UUID.class)
                .setParameter(1, limit)
                .getResultList()
                .stream()
                .map(UUID.class::cast)
                .toList();
    }

    private List<String> strings(String sql, Object... parameters) {
        var query = entities.createNativeQuery(sql, String.class);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        List<?> found = query.getResultList();
        return found.stream().map(String.class::cast).toList();
    }

    private int update(String sql, Object... parameters) {
        var query = entities.createNativeQuery(sql);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        return query.executeUpdate();
    }
}
