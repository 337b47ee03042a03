package io.strata.gateway.names;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;

/** A tag on a manifest of the same repository. */
@Entity
@Table(name = "tag")
@IdClass(TagRow.Key.class)
public class TagRow {
    /** A tag's primary key. */
    public record Key(Long repositoryId, String name) implements Serializable {}

    @Id
    @Column(name = "repository_id")
    public Long repositoryId;

    @Id
    public String name;

    @Column(name = "manifest_id")
    public UUID manifestId;

    @Column(name = "tagged_at")
    public Instant taggedAt;

    public String cause;
}
