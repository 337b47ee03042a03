package io.strata.layerstore.ingests;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.layerstore.blobs.BlobFacts;
import io.strata.layerstore.blobs.Blobs;
import io.strata.layerstore.blobs.StoreConfig;
import io.strata.layerstore.errors.Inputs;
import io.strata.layerstore.errors.StoreException;
import io.strata.layerstore.objects.BlobStore;
import io.strata.layerstore.objects.Doomed;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Blobs in the making. Each writes to a key of its own, whose row exists before the object; the blob's row appears when the bytes are
 * there, or, when an equal blob was quicker, the key is deleted. S3 is never asked inside a transaction.
 */
@ApplicationScoped
public class Ingests {
    /** S3's bound for one PUT: 5 GiB. */
    static final long MAX_SINGLE = 5L << 30;

    /** S3's bound for an object: 5 TiB. */
    static final long MAX_OBJECT = 5L << 40;

    static final int MAX_PARTS = 10_000;

    /** 8 MiB: above S3's smallest part (5 MiB), and small enough to be spooled. */
    private static final long PART = 8 << 20;

    /** Parts of which the address comes with the ingest. */
    private static final int FIRST_PARTS = 4;

    private static final int BATCH = 200;

    private final IngestRows rows;
    private final Blobs blobs;
    private final BlobStore store;
    private final Doomed doomed;
    private final StoreConfig config;

    Ingests(IngestRows rows, Blobs blobs, BlobStore store, Doomed doomed, StoreConfig config) {
        this.rows = rows;
        this.blobs = blobs;
        this.store = store;
        this.doomed = doomed;
        this.config = config;
    }

    public Opened open(Opening opening) {
        if (opening.size().isPresent() && opening.size().getAsLong() > MAX_OBJECT) {
            throw new StoreException.InvalidInput("size: a blob has at most " + MAX_OBJECT + " bytes, not "
                    + opening.size().getAsLong());
        }
        if (opening.digest().isPresent()) {
            Optional<BlobFacts> present = blobs.find(opening.digest().get());
            if (present.isPresent()) {
                return new Opened.Present(present.get());
            }
        }
        boolean single = opening.size().isPresent() && opening.size().getAsLong() <= MAX_SINGLE;
        IngestRow row = row(opening, single);
        QuarkusTransaction.requiringNew().run(() -> rows.persist(row));
        String id = row.id.toString();
        if (single) {
            return new Opened.Single(id, store.upload(row.objectKey).url());
        }
        String uploadId = store.beginParts(row.objectKey);
        QuarkusTransaction.requiringNew().run(() -> locked(row.id).uploadId = uploadId);
        List<URI> urls = IntStream.rangeClosed(1, FIRST_PARTS)
                .mapToObj(number ->
                        store.uploadPart(row.objectKey, uploadId, number).url())
                .toList();
        return new Opened.Parts(id, row.partSize, urls);
    }

    private static IngestRow row(Opening opening, boolean single) {
        Instant now = Instant.now();
        IngestRow row = new IngestRow();
        row.id = UUID.randomUUID();
        // Opaque, and without "/": a store on a file system would make and remove folders for it.
        row.objectKey = UUID.randomUUID().toString();
        row.owner = opening.owner();
        row.mediaType = opening.mediaType();
        row.size = opening.size().isPresent() ? opening.size().getAsLong() : null;
        row.partSize = single ? null : partSize(opening.size());
        row.openedAt = now;
        row.touchedAt = now;
        return row;
    }

    /** Large enough that a blob of known size has at most 1,000 parts, in whole MiB. */
    private static long partSize(OptionalLong size) {
        long wanted = size.isPresent() ? (size.getAsLong() / 1_000 >> 20) + 1 << 20 : 0;
        return Math.max(PART, wanted);
    }

    /** The address of a part, from 1. */
    public URI part(String ingestId, int number) {
        if (number < 1 || number > MAX_PARTS) {
            throw new StoreException.InvalidInput("a part's number is 1 to " + MAX_PARTS + ", not " + number);
        }
        UUID id = Inputs.ingestId(ingestId);
        return QuarkusTransaction.requiringNew().call(() -> {
            IngestRow row = locked(id);
            if (!row.isInParts() || row.isComplete() || row.uploadId == null) {
                throw new StoreException.IngestConflict("ingest " + id + " takes no parts");
            }
            row.touchedAt = Instant.now();
            return store.uploadPart(row.objectKey, row.uploadId, number).url();
        });
    }

    /** Makes the blob visible. Again: the same answer. */
    public BlobFacts complete(String ingestId, Completion completion) {
        UUID id = Inputs.ingestId(ingestId);
        IngestRow row = QuarkusTransaction.requiringNew()
                .call(() -> rows.findByIdOptional(id).orElseThrow(() -> new StoreException.IngestUnknown(ingestId)));
        if (row.isComplete()) {
            return completed(row, completion);
        }
        if (row.isInParts()) {
            if (completion.parts().isEmpty() || row.uploadId == null) {
                throw new StoreException.IngestConflict("ingest " + id + " is in parts, and none are named");
            }
            store.completeParts(row.objectKey, row.uploadId, completion.parts());
        }
        OptionalLong found = store.stat(row.objectKey);
        if (found.isEmpty() || found.getAsLong() != completion.blob().size()) {
            drop(ingestId);
            throw new StoreException.IngestConflict(
                    found.isEmpty()
                            ? "nothing was uploaded to ingest " + id
                            : "the store has " + found.getAsLong() + " bytes, "
                                    + completion.blob().size() + " were expected");
        }
        return show(id, completion);
    }

    private BlobFacts show(UUID id, Completion completion) {
        record Outcome(BlobFacts facts, Optional<String> lost) {}
        Outcome outcome = QuarkusTransaction.requiringNew().call(() -> {
            IngestRow row = locked(id);
            if (row.isComplete()) {
                return new Outcome(completed(row, completion), Optional.empty());
            }
            Blobs.Shown shown = blobs.show(completion.blob(), row.objectKey);
            row.digest = shown.facts().digest().toString();
            row.touchedAt = Instant.now();
            if (shown.won()) {
                return new Outcome(shown.facts(), Optional.empty());
            }
            doomed.addWritable(row.objectKey, false);
            return new Outcome(shown.facts(), Optional.of(row.objectKey));
        });
        outcome.lost().ifPresent(doomed::deleteSoon);
        return outcome.facts();
    }

    private BlobFacts completed(IngestRow row, Completion completion) {
        if (!row.digest.equals(completion.blob().digest().toString())) {
            throw new StoreException.IngestConflict("ingest " + row.id + " became " + row.digest);
        }
        return blobs.find(completion.blob().digest())
                .orElseThrow(() -> new StoreException.IngestUnknown(row.id.toString()));
    }

    /** Drops the bytes. Without effect on one that is complete or gone. */
    public void drop(String ingestId) {
        UUID id = Inputs.ingestId(ingestId);
        Optional<String> key =
                QuarkusTransaction.requiringNew().call(() -> rows.lock(id).flatMap(this::end));
        key.ifPresent(doomed::deleteSoon);
    }

    /** @return the key to be deleted; a complete ingest's key is the blob's, or doomed already */
    private Optional<String> end(IngestRow row) {
        if (row.isComplete()) {
            return Optional.empty();
        }
        doomed.addWritable(row.objectKey, row.isInParts());
        rows.delete(row);
        return Optional.of(row.objectKey);
    }

    /** Ends what nobody touched for too long, and forgets what is complete as long. @return how many */
    public int sweep() {
        int swept = 0;
        while (true) {
            Instant before = Instant.now().minus(config.ingestLife());
            List<UUID> old = QuarkusTransaction.requiringNew().call(() -> rows.untouchedSince(before, BATCH));
            for (UUID id : old) {
                QuarkusTransaction.requiringNew()
                        .call(() -> rows.lock(id).flatMap(this::forget))
                        .ifPresent(doomed::deleteSoon);
            }
            swept += old.size();
            if (old.size() < BATCH) {
                return swept;
            }
        }
    }

    private Optional<String> forget(IngestRow row) {
        if (row.isComplete()) {
            rows.delete(row);
        }
        return end(row);
    }

    private IngestRow locked(UUID id) {
        return rows.lock(id).orElseThrow(() -> new StoreException.IngestUnknown(id.toString()));
    }
}
