package io.strata.layerstore.objects;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.layerstore.errors.StoreException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Objects on their way out. The row is written in the transaction that takes an object's last name away; the object is
 * deleted after it, by whoever comes first. Keys are never used twice, so a late delete hurts nobody.
 */
@ApplicationScoped
public class Doomed {
    private static final Logger LOG = Logger.getLogger(Doomed.class);
    private static final int BATCH = 200;

    private final DoomedRows rows;
    private final BlobStore store;
    private final S3Config config;

    Doomed(DoomedRows rows, BlobStore store, S3Config config) {
        this.rows = rows;
        this.store = store;
        this.config = config;
    }

    /** An object to which nobody can write any more. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void add(String key) {
        add(key, false, Instant.now());
    }

    /**
     * An object of an ingest: addresses to write it may still be out.
     *
     * @param parts whether it is made in parts
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void addWritable(String key, boolean parts) {
        add(key, parts, Instant.now().plus(config.addressLife()));
    }

    private void add(String key, boolean parts, Instant finalAfter) {
        DoomedRow row = new DoomedRow();
        row.objectKey = key;
        row.parts = parts;
        row.finalAfter = finalAfter;
        rows.persist(row);
    }

    /** Deletes one now, after the transaction that doomed it; when S3 refuses, {@link #sweep} does it later. */
    public void deleteSoon(String key) {
        Optional<DoomedRow> doomed = QuarkusTransaction.requiringNew().call(() -> rows.findByIdOptional(key));
        try {
            doomed.ifPresent(this::delete);
        } catch (StoreException.ObjectsUnavailable later) {
            LOG.infof("an object is deleted later: %s", later.getMessage());
        }
    }

    /** Deletes what is due, and forgets it. @return how many objects */
    public int sweep() {
        int swept = 0;
        while (true) {
            List<DoomedRow> due = QuarkusTransaction.requiringNew().call(() -> rows.due(Instant.now(), BATCH));
            due.forEach(this::delete);
            swept += due.size();
            if (due.size() < BATCH) {
                return swept;
            }
        }
    }

    private void delete(DoomedRow row) {
        if (row.parts) {
            store.abortParts(row.objectKey);
        }
        store.delete(row.objectKey);
        if (!row.finalAfter.isAfter(Instant.now())) {
            QuarkusTransaction.requiringNew().run(() -> rows.deleteById(row.objectKey));
        }
    }
}
