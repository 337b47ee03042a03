package io.strata.layerstore.layers;

import io.strata.events.LayerEvent;
import io.strata.events.outbox.Outbox;
import io.strata.layerstore.blobs.BlobRow;
import io.strata.layerstore.blobs.BlobRows;
import io.strata.layerstore.errors.StoreException;
import io.strata.layerstore.references.Owner;
import io.strata.layerstore.references.References;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is inside layers, and who uses them. */
@ApplicationScoped
public class Layers {
    private final LayerRows rows;
    private final BlobRows blobs;
    private final References references;
    private final Outbox outbox;

    Layers(LayerRows rows, BlobRows blobs, References references, Outbox outbox) {
        this.rows = rows;
        this.blobs = blobs;
        this.references = references;
        this.outbox = outbox;
    }

    /** A node has read the layer. The first to tell is heard; others may repeat it. */
    @Transactional
    public void tell(Digest digest, Digest diffId, long unpackedSize, long files) {
        Optional<BlobRow> blob = blobs.lock(List.of(digest)).stream().findFirst();
        if (blob.isEmpty()) {
            throw new StoreException.BlobUnknown(digest);
        }
        if (rows.insert(digest.toString(), diffId.toString(), unpackedSize, files, Instant.now())) {
            outbox.append(new LayerEvent.LayerIndexed(digest, diffId, unpackedSize, files));
            return;
        }
        Digest known = lookup(List.of(digest)).getFirst().diffId();
        if (!known.equals(diffId)) {
            throw new StoreException.LayerConflict(digest, known, diffId);
        }
    }

    /** What is known of these blobs. */
    @Transactional
    public List<LayerFact> lookup(Collection<Digest> digests) {
        return rows.ofDigests(digests.stream().map(Digest::toString).distinct().toList()).stream()
                .map(Layers::fact)
                .toList();
    }

    private static LayerFact fact(LayerRows.Sized row) {
        return new LayerFact(
                Digest.parse(row.digest()), Digest.parse(row.diffId()), row.size(), row.unpackedSize(), row.files());
    }

    @Transactional
    public Optional<Layer> find(Digest diffId) {
        return of(List.of(diffId.toString())).stream().findFirst();
    }

    /** Up to {@code limit} layers after {@code after} (empty for the first ones), in the order of their diffIDs. */
    @Transactional
    public List<Layer> list(String after, int limit) {
        return of(rows.diffIdsAfter(after, limit));
    }

    private List<Layer> of(Collection<String> diffIds) {
        Map<String, List<LayerRows.Sized>> byDiffId = rows.ofDiffIds(diffIds).stream()
                .collect(Collectors.groupingBy(LayerRows.Sized::diffId, TreeMap::new, Collectors.toList()));
        Map<String, List<Owner>> owners = references.ownersOf(byDiffId.values().stream()
                .flatMap(List::stream)
                .map(LayerRows.Sized::digest)
                .toList());
        List<Layer> layers = new ArrayList<>();
        byDiffId.forEach((diffId, held) -> layers.add(new Layer(
                Digest.parse(diffId),
                held.stream().map(row -> Digest.parse(row.digest())).toList(),
                held.stream().mapToLong(LayerRows.Sized::size).sum(),
                held.getFirst().unpackedSize(),
                held.getFirst().files(),
                held.stream()
                        .flatMap(row -> owners.getOrDefault(row.digest(), List.of()).stream())
                        .distinct()
                        .toList())));
        return layers;
    }
}
