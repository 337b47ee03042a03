package io.strata.layerstore.collection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.events.LayerEvent;
import io.strata.events.outbox.Outbox;
import io.strata.layerstore.blobs.BlobRow;
import io.strata.layerstore.blobs.BlobRows;
import io.strata.layerstore.blobs.StoreConfig;
import io.strata.layerstore.ingests.Ingests;
import io.strata.layerstore.objects.Doomed;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/**
 * Removes what nobody holds: condemn → grace → delete → forget. Each step is a transaction that decides again under the blobs'
 * locks, so that it can stop anywhere, run beside others, and lose to whoever refers to a blob meanwhile.
 */
@ApplicationScoped
public class Collection {
    private static final int BATCH = 200;

    private final BlobRows blobs;
    private final Ingests ingests;
    private final Doomed doomed;
    private final StoreConfig config;
    private final Outbox outbox;
    private final Counter collectedBlobs;
    private final Counter collectedBytes;

    Collection(
            BlobRows blobs, Ingests ingests, Doomed doomed, StoreConfig config, Outbox outbox, MeterRegistry meters) {
        this.blobs = blobs;
        this.ingests = ingests;
        this.doomed = doomed;
        this.config = config;
        this.outbox = outbox;
        this.collectedBlobs = meters.counter("strata.store.collected.blobs");
        this.collectedBytes = meters.counter("strata.store.collected.bytes");
    }

    /** What nobody holds now; changes nothing. */
    public Collected preview() {
        Object[] sums = QuarkusTransaction.requiringNew().call(() -> blobs.collectable(Instant.now()));
        return new Collected(true, ((Number) sums[0]).longValue(), ((Number) sums[1]).longValue(), 0);
    }

    public Collected collect() {
        ingests.sweep();
        long condemned = condemn();
        Collected deleted = delete();
        doomed.sweep();
        return new Collected(false, deleted.blobs(), deleted.bytes(), condemned);
    }

    private long condemn() {
        long condemned = 0;
        while (true) {
            int batch = QuarkusTransaction.requiringNew().call(() -> {
                Instant now = Instant.now();
                List<BlobRow> rows = blobs.lock(digests(blobs.unheld(now, BATCH)));
                rows.stream()
                        .filter(row -> row.isUnheld(now) && !blobs.isReferredTo(row))
                        .forEach(row -> row.condemn(now));
                return rows.size();
            });
            condemned += batch;
            if (batch < BATCH) {
                return condemned;
            }
        }
    }

    /** The blob's row goes, and with it what is visible; its object is doomed in the same transaction. */
    private Collected delete() {
        long count = 0;
        long bytes = 0;
        while (true) {
            List<BlobRow> gone = QuarkusTransaction.requiringNew().call(() -> {
                Instant before = Instant.now().minus(config.grace());
                List<BlobRow> rows = blobs.lock(digests(blobs.condemned(before, BATCH))).stream()
                        .filter(row -> row.wasCondemnedBy(before) && !blobs.isReferredTo(row))
                        .toList();
                rows.forEach(this::forget);
                return rows;
            });
            count += gone.size();
            bytes += gone.stream().mapToLong(row -> row.facts().size()).sum();
            gone.forEach(row -> doomed.deleteSoon(row.objectKey()));
            if (gone.isEmpty()) {
                collectedBlobs.increment(count);
                collectedBytes.increment(bytes);
                return new Collected(false, count, bytes, 0);
            }
        }
    }

    private void forget(BlobRow row) {
        doomed.add(row.objectKey());
        blobs.delete(row);
        outbox.append(new LayerEvent.LayerDeleted(row.digest(), row.facts().size()));
    }

    private static List<Digest> digests(List<String> texts) {
        return texts.stream().map(Digest::parse).toList();
    }
}
