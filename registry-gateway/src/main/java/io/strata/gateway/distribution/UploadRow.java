package io.strata.gateway.distribution;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A blob that a client is uploading in pieces. */
@Entity
@Table(name = "upload")
public class UploadRow {
    @Id
    public UUID id;

    public String repository;

    public long epoch;

    public long received;

    public long flushed;

    public String ingest;

    @Column(name = "part_size")
    public long partSize;

    @JdbcTypeCode(SqlTypes.ARRAY)
    public String[] etags;

    public String algorithm;

    @Column(name = "touched_at")
    public Instant touchedAt;
}
