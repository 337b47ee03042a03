package io.strata.commit.commits;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A commit, and how far it is. */
@Entity
@Table(name = "commits")
public class CommitRow {
    @Id
    UUID id;

    @Enumerated(EnumType.STRING)
    CommitState state;

    @Column(name = "container_id")
    String containerId;

    String node;

    String parent;

    String repository;

    String tag;

    String author;

    String comment;

    boolean pause;

    /** A JSON list. */
    String changes;

    @Column(name = "asked_config")
    String askedConfig;

    @Column(name = "requested_at")
    Instant requestedAt;

    @Column(name = "next_try")
    Instant nextTry;

    Instant deadline;

    /** An event's {@code CapturedLayer} as JSON. */
    String layer;

    @Column(name = "container_config")
    String containerConfig;

    @Column(name = "image_id")
    String imageId;

    String manifest;

    Integer status;

    String reason;

    @Column(name = "ended_at")
    Instant endedAt;
}
