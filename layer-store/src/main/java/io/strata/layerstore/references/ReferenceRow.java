package io.strata.layerstore.references;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** One owner's hold on one blob. */
@Entity
@Table(name = "blob_references")
@IdClass(ReferenceRow.Key.class)
public class ReferenceRow {
    @Id
    @Column(name = "owner_id")
    String ownerId;

    @Id
    String digest;

    String kind;

    String label;

    Instant since;

    record Key(String ownerId, String digest) implements Serializable {}

    Owner owner() {
        return new Owner(kind, ownerId, label);
    }
}
