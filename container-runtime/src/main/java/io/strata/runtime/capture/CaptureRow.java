package io.strata.runtime.capture;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A capture that was asked of a node; see {@code V30__captures.sql}. */
@Entity
@Table(name = "capture")
public class CaptureRow {
    @Id
    @Column(name = "commit_id")
    public String commitId;

    @Column(name = "container_id")
    public String containerId;

    public String node;

    public boolean pause;

    @Column(name = "requested_at")
    public Instant requestedAt;

    @Column(name = "answered_at")
    public Instant answeredAt;

    /** A WritableLayerCaptured as JSON. */
    @JdbcTypeCode(SqlTypes.JSON)
    public String captured;

    /** A WritableLayerRefused as JSON. */
    @JdbcTypeCode(SqlTypes.JSON)
    public String refused;
}
