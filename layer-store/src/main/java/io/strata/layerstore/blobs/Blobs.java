package io.strata.layerstore.blobs;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.strata.events.LayerEvent;
import io.strata.events.outbox.Outbox;
import io.strata.layerstore.objects.BlobStore;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which blobs there are. Whoever is told that one is there can rely on it for {@link StoreConfig#hold}. */
@ApplicationScoped
public class Blobs {
    private final BlobRows rows;
    private final BlobStore store;
    private final StoreConfig config;
    private final Outbox outbox;
    private final Counter storedBlobs;
    private final Counter storedBytes;

    Blobs(BlobRows rows, BlobStore store, StoreConfig config, Outbox outbox, MeterRegistry meters) {
        this.rows = rows;
        this.store = store;
        this.config = config;
        this.outbox = outbox;
        this.storedBlobs = meters.counter("strata.store.stored.blobs");
        this.storedBytes = meters.counter("strata.store.stored.bytes");
    }

    /** A blob and an address to read it. */
    public record Located(BlobFacts facts, BlobStore.Address location) {}

    @Transactional
    public Optional<Located> locate(Digest digest) {
        return held(List.of(digest)).stream()
                .findFirst()
                .map(row -> new Located(row.facts(), store.download(row.objectKey())));
    }

    @Transactional
    public Optional<BlobFacts> find(Digest digest) {
        return held(List.of(digest)).stream().findFirst().map(BlobRow::facts);
    }

    /** Those of {@code digests} that are there. */
    @Transactional
    public List<BlobFacts> lookup(Collection<Digest> digests) {
        return held(digests).stream().map(BlobRow::facts).toList();
    }

    /** Most questions change nothing: a hold is renewed when half of it is over. */
    private List<BlobRow> held(Collection<Digest> digests) {
        Instant now = Instant.now();
        Instant half = now.plus(config.hold().dividedBy(2));
        Map<Boolean, List<BlobRow>> byHeld =
                rows.of(digests).stream().collect(Collectors.partitioningBy(row -> row.isHeldBeyond(half)));
        List<BlobRow> found = new ArrayList<>(byHeld.get(true));
        // Where collection was quicker the row is gone by now.
        for (BlobRow row :
                rows.lock(byHeld.get(false).stream().map(BlobRow::digest).toList())) {
            row.hold(now.plus(config.hold()));
            found.add(row);
        }
        return found;
    }

    /**
     * Makes a blob visible, in the caller's transaction, unless an equal one is; that one is held then.
     *
     * @return the facts, and whether it is {@code key} that holds the blob now
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public Shown show(BlobFacts facts, String key) {
        Instant now = Instant.now();
        Instant until = now.plus(config.hold());
        if (rows.insert(facts, key, now, until)) {
            outbox.append(new LayerEvent.LayerStored(facts.digest(), facts.size(), facts.mediaType()));
            storedBlobs.increment();
            storedBytes.increment(facts.size());
            return new Shown(facts, true);
        }
        BlobRow winner = rows.lock(List.of(facts.digest())).getFirst();
        winner.hold(until);
        return new Shown(winner.facts(), false);
    }

    public record Shown(BlobFacts facts, boolean won) {}
}
