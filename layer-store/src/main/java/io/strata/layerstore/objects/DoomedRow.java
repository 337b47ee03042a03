package io.strata.layerstore.objects;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** An object that nothing names any more. */
@Entity
@Table(name = "doomed_objects")
public class DoomedRow {
    @Id
    @Column(name = "object_key")
    String objectKey;

    boolean parts;

    @Column(name = "final_after")
    Instant finalAfter;
}
