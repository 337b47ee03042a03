package io.strata.gateway.names;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.blobs.References;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Keeps manifests: layer-store holds their blobs before anybody sees them, and stops when they are gone, whatever process
 * dies in between. An owner that may be needed is noted first, in a transaction of its own; the one that shows the
 * manifest strikes the note out; what stays noted is dropped later ({@link ReleasedOwners}).
 */
@ApplicationScoped
class Keeping {
    /** Longer than the longest request, so that nothing is dropped that is about to be shown. */
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    private final References references;
    private final ManifestRows manifests;
    private final NameRows names;

    Keeping(References references, ManifestRows manifests, NameRows names) {
        this.references = references;
        this.manifests = manifests;
        this.names = names;
    }

    /** What was kept, within the transaction. {@code repository} is null for what has no name. */
    record Kept(RepositoryRow repository, List<ManifestRow> rows) {
        ManifestRow first() {
            return rows.getFirst();
        }
    }

    private record Planned(Draft draft, Optional<UUID> existing, UUID id, boolean held) {}

    /**
     * Keeps {@code drafts} in the repository and runs {@code effect} in the same transaction.
     *
     * @throws io.strata.blobs.MissingBlobsException when the store lacks a blob; nothing is kept
     */
    <T> T keep(Optional<String> repository, List<Draft> drafts, Function<Kept, T> effect) throws IOException {
        // A row that another request made or removed since it was looked up is looked up again: that request has ended.
        while (true) {
            List<Planned> plan = QuarkusTransaction.requiringNew().call(() -> plan(repository, drafts));
            for (Planned planned : plan) {
                hold(repository, planned);
            }
            Optional<T> done = QuarkusTransaction.requiringNew().call(() -> show(repository, plan, effect));
            if (done.isPresent()) {
                return done.get();
            }
        }
    }

    private List<Planned> plan(Optional<String> repository, List<Draft> drafts) {
        Optional<Long> id = repository.flatMap(names::find).map(r -> r.id);
        List<Planned> plan = new ArrayList<>();
        for (Draft draft : drafts) {
            Optional<ManifestRow> row = id.flatMap(r -> manifests.find(r, draft.digest()));
            Optional<UUID> existing = row.map(m -> m.id);
            UUID owner = existing.orElseGet(UUID::randomUUID);
            if (existing.isEmpty()) {
                names.release(owner, Instant.now().plus(LONGEST_REQUEST));
            }
            plan.add(new Planned(draft, existing, owner, row.filter(m -> m.held).isPresent()));
        }
        return plan;
    }

    private void hold(Optional<String> repository, Planned planned) throws IOException {
        List<Digest> blobs = planned.draft().content().blobs().stream()
                .map(Descriptor::digest)
                .distinct()
                .toList();
        if (planned.draft().hold() && !planned.held() && !blobs.isEmpty()) {
            String label = repository.orElse("<none>") + "@" + planned.draft().digest();
            references.put(planned.id().toString(), References.MANIFEST, label, blobs);
        }
    }

    private <T> Optional<T> show(Optional<String> repository, List<Planned> plan, Function<Kept, T> effect) {
        RepositoryRow home = repository.map(names::lock).orElse(null);
        List<ManifestRow> rows = new ArrayList<>();
        for (Planned planned : plan) {
            Optional<ManifestRow> current = home == null
                    ? Optional.empty()
                    : manifests.find(home.id, planned.draft().digest());
            if (!current.map(m -> m.id).equals(planned.existing())) {
                return Optional.empty();
            }
            rows.add(write(home, planned, current));
        }
        return Optional.of(effect.apply(new Kept(home, rows)));
    }

    private ManifestRow write(RepositoryRow home, Planned planned, Optional<ManifestRow> current) {
        Draft draft = planned.draft();
        ManifestRow row = current.orElseGet(ManifestRow::new);
        draft.image().ifPresent(image -> {
            manifests.keepImage(image.id(), image.config(), image.parent());
            row.imageId = image.id().toString();
            row.imageManifest = image.manifest().toString();
        });
        row.listed |= draft.listed();
        row.held |= draft.hold();
        if (current.isEmpty() || draft.origin().knownByDigest()) {
            row.origin = draft.origin();
        }
        if (current.isEmpty()) {
            fill(row, home, planned);
        }
        if (home != null) {
            // Only what is held is surely in the store; what a proxy names is asked for when somebody wants it.
            if (draft.hold()) {
                draft.content().blobs().forEach(b -> names.link(home.id, b.digest(), b.size()));
            }
            names.unbury(home.id, row.digest);
        }
        return row;
    }

    private void fill(ManifestRow row, RepositoryRow home, Planned planned) {
        Draft draft = planned.draft();
        row.id = planned.id();
        row.repositoryId = home == null ? null : home.id;
        row.digest = draft.digest().toString();
        row.mediaType = draft.content().bytes().mediaType();
        row.size = draft.content().bytes().content().length;
        row.artifactType = draft.content().artifactType().orElse(null);
        row.subject = draft.content().subject().map(s -> s.digest().toString()).orElse(null);
        row.annotations = draft.content().annotations().isEmpty()
                ? null
                : new String(OciJson.write(draft.content().annotations()), java.nio.charset.StandardCharsets.UTF_8);
        row.commitId = draft.commitId().orElse(null);
        row.registeredAt = Instant.now();
        manifests.keepContent(draft.content().bytes());
        manifests.persistAndFlush(row);
        manifests.keepParts(row.id, draft.content());
        names.settle(row.id);
    }
}
