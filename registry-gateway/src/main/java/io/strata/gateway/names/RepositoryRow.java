package io.strata.gateway.names;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A repository, e.g. {@code docker.io/library/redis}. Whoever changes what is in it holds this row's lock. */
@Entity
@Table(name = "repository")
public class RepositoryRow {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    public String name;

    public boolean hosted;

    @Column(name = "created_at", insertable = false, updatable = false)
    public Instant createdAt;
}
