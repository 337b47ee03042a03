package io.strata.layerstore.ingests;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A blob in the making. */
@Entity
@Table(name = "ingests")
public class IngestRow {
    @Id
    UUID id;

    @Column(name = "object_key")
    String objectKey;

    String owner;

    @Column(name = "media_type")
    String mediaType;

    Long size;

    @Column(name = "part_size")
    Long partSize;

    @Column(name = "upload_id")
    String uploadId;

    @Column(name = "opened_at")
    Instant openedAt;

    @Column(name = "touched_at")
    Instant touchedAt;

    String digest;

    boolean isInParts() {
        return partSize != null;
    }

    boolean isComplete() {
        return digest != null;
    }
}
