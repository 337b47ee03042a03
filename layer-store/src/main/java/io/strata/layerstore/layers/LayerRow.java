package io.strata.layerstore.layers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What is inside a blob that is a layer. */
@Entity
@Table(name = "layers")
public class LayerRow {
    @Id
    String digest;

    @Column(name = "diff_id")
    String diffId;

    @Column(name = "unpacked_size")
    long unpackedSize;

    long files;

    @Column(name = "told_at")
    Instant toldAt;
}
