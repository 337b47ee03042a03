package io.strata.layerstore.blobs;

import io.strata.oci.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A visible blob: this row is what makes it so. */
@Entity
@Table(name = "blobs")
public class BlobRow {
    @Id
    String digest;

    @Column(name = "object_key")
    String objectKey;

    long size;

    @Column(name = "media_type")
    String mediaType;

    @Column(name = "stored_at")
    Instant storedAt;

    @Column(name = "held_until")
    Instant heldUntil;

    @Column(name = "condemned_at")
    Instant condemnedAt;

    public Digest digest() {
        return Digest.parse(digest);
    }

    public String objectKey() {
        return objectKey;
    }

    public BlobFacts facts() {
        return new BlobFacts(digest(), size, mediaType);
    }

    /** Lives until then, and again if it was condemned. */
    public void hold(Instant until) {
        if (heldUntil.isBefore(until)) {
            heldUntil = until;
        }
        condemnedAt = null;
    }

    public boolean isUnheld(Instant now) {
        return condemnedAt == null && !heldUntil.isAfter(now);
    }

    public void condemn(Instant now) {
        condemnedAt = now;
    }

    public boolean wasCondemnedBy(Instant time) {
        return condemnedAt != null && !condemnedAt.isAfter(time);
    }

    boolean isHeldBeyond(Instant time) {
        return condemnedAt == null && heldUntil.isAfter(time);
    }
}
