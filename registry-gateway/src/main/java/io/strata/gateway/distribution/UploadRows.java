package io.strata.gateway.distribution;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Uploads' rows; each call is a transaction of its own. Said at the methods and not at the class: Panache's own methods, called
 * from these, would begin others, and what they found would be detached.
 */
@ApplicationScoped
class UploadRows implements PanacheRepositoryBase<UploadRow, UUID> {
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    Upload create(String repository, String algorithm) {
        UploadRow row = new UploadRow();
        row.id = UUID.randomUUID();
        row.repository = repository;
        row.etags = new String[0];
        row.algorithm = algorithm;
        row.touchedAt = Instant.now();
        persist(row);
        return view(row);
    }

    @Transactional(Transactional.TxType.REQUIRES_NEW)
    Optional<Upload> find(String repository, UUID id) {
        return Optional.ofNullable(findById(id))
                .filter(r -> r.repository.equals(repository))
                .map(UploadRows::view);
    }

    /** The upload, for a writer that no other writer goes on beside: whoever wrote before can save nothing any more. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    Optional<Upload> take(String repository, UUID id) {
        return Optional.ofNullable(findById(id, LockModeType.PESSIMISTIC_WRITE))
                .filter(r -> r.repository.equals(repository))
                .map(r -> {
                    r.epoch++;
                    r.touchedAt = Instant.now();
                    return view(r);
                });
    }

    /** @return false when the upload ended, or another writer took it since */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    boolean save(Upload upload) {
        UploadRow row = findById(upload.id(), LockModeType.PESSIMISTIC_WRITE);
        if (row == null || row.epoch != upload.epoch()) {
            return false;
        }
        row.received = upload.received();
        row.flushed = upload.flushed();
        row.ingest = upload.ingest().orElse(null);
        row.partSize = upload.partSize();
        row.etags = upload.etags().toArray(String[]::new);
        row.touchedAt = Instant.now();
        return true;
    }

    @Transactional(Transactional.TxType.REQUIRES_NEW)
    boolean remove(UUID id) {
        return deleteById(id);
    }

    @Transactional(Transactional.TxType.REQUIRES_NEW)
    List<Upload> untouchedSince(Instant moment, int limit) {
        return find("touchedAt < ?1 order by touchedAt", moment).page(0, limit).stream()
                .map(UploadRows::view)
                .toList();
    }

    private static Upload view(UploadRow row) {
        return new Upload(
                row.id,
                row.repository,
                row.epoch,
                row.received,
                row.flushed,
                Optional.ofNullable(row.ingest),
                row.partSize,
                List.of(row.etags),
                row.algorithm);
    }
}
