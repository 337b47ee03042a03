package io.strata.gateway.pulls;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A pull from its {@code resolved} line on, so that any replica can complete it. */
@Entity
@Table(name = "pull")
public class PullRow {
    @Id
    UUID id;

    String reference;
    String node;

    @Column(name = "named_type")
    String namedType;

    @Column(name = "named_digest")
    String namedDigest;

    byte[] named;

    @Column(name = "image_type")
    String imageType;

    @Column(name = "image_digest")
    String imageDigest;

    byte[] image;

    @Column(name = "image_id")
    String imageId;

    byte[] config;

    @Column(name = "began_at")
    Instant beganAt;

    /** Every blob of it was in the store. */
    boolean fetched;

    /** Null until it is complete. */
    Boolean newer;

    protected PullRow() {}
}
