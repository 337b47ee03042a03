package io.strata.gateway.names;

import io.strata.events.ImageEvent.ImageTagged;
import io.strata.events.outbox.Outbox;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** Points a tag at a manifest that was kept, within that transaction. */
@ApplicationScoped
class Pointer {
    private final ManifestRows manifestRows;
    private final NameRows names;
    private final Outbox outbox;

    Pointer(ManifestRows manifestRows, NameRows names, Outbox outbox) {
        this.manifestRows = manifestRows;
        this.names = names;
        this.outbox = outbox;
    }

    /**
     * Points {@code reference} at the first of what was kept and tells {@code ImageTagged}, unless it points there already or
     * names a digest. Takes its tombstone away.
     *
     * @return whether a tag moved
     */
    boolean point(Keeping.Kept kept, ImageReference reference, Cause cause) {
        RepositoryRow repository = kept.repository();
        ManifestRow row = kept.first();
        if (reference.digest().isPresent()) {
            names.unbury(repository.id, reference.digest().get().toString());
            return false;
        }
        String tag = reference.tag().orElse(ImageReference.DEFAULT_TAG);
        names.unbury(repository.id, tag);
        Optional<TagRow> current = names.tag(repository.id, tag);
        if (current.filter(t -> t.manifestId.equals(row.id)).isPresent()) {
            return false;
        }
        Optional<Digest> previous = current.map(t -> Digest.parse(manifestRows.findById(t.manifestId).digest));
        TagRow pointer = current.orElseGet(TagRow::new);
        pointer.repositoryId = repository.id;
        pointer.name = tag;
        pointer.manifestId = row.id;
        pointer.taggedAt = Instant.now();
        pointer.cause = cause.word();
        names.put(pointer);
        outbox.append(new ImageTagged(
                repository.name,
                tag,
                Digest.parse(row.digest),
                row.imageId == null ? null : Digest.parse(row.imageId),
                previous.orElse(null),
                cause.word()));
        return true;
    }
}
