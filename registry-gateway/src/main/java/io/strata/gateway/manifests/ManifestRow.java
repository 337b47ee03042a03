package io.strata.gateway.manifests;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A manifest in a repository; its {@code id} owns its references in layer-store. */
@Entity
@Table(name = "manifest")
public class ManifestRow {
    @Id
    public UUID id;

    @Column(name = "repository_id")
    public Long repositoryId;

    public String digest;

    @Column(name = "media_type")
    public String mediaType;

    public long size;

    @Column(name = "artifact_type")
    public String artifactType;

    public String subject;

    /** JSON, for referrers. */
    public String annotations;

    @Column(name = "image_id")
    public String imageId;

    @Column(name = "image_manifest")
    public String imageManifest;

    @Enumerated(EnumType.STRING)
    public Origin origin;

    public boolean held;

    public boolean listed;

    @Column(name = "commit_id")
    public String commitId;

    @Column(name = "registered_at")
    public Instant registeredAt;
}
