package io.strata.layerstore.references;

import io.strata.layerstore.blobs.BlobRow;
import io.strata.layerstore.blobs.BlobRows;
import io.strata.layerstore.blobs.StoreConfig;
import io.strata.layerstore.errors.StoreException;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who keeps which blob alive. */
@ApplicationScoped
public class References {
    private final ReferenceRows rows;
    private final BlobRows blobs;
    private final StoreConfig config;

    References(ReferenceRows rows, BlobRows blobs, StoreConfig config) {
        this.rows = rows;
        this.blobs = blobs;
        this.config = config;
    }

    /**
     * Adds to what the owner holds. The blobs' rows are locked, so that collection either sees the reference or has taken the
     * blob before, and then this says so. A condemned blob lives again.
     *
     * @throws StoreException.BlobsMissing when one is not there; nothing is held then
     */
    @Transactional
    public void put(Owner owner, Collection<Digest> digests) {
        List<BlobRow> there = blobs.lock(digests);
        Set<Digest> found = there.stream().map(BlobRow::digest).collect(Collectors.toSet());
        List<Digest> missing =
                digests.stream().distinct().filter(d -> !found.contains(d)).toList();
        if (!missing.isEmpty()) {
            throw new StoreException.BlobsMissing(missing);
        }
        Instant now = Instant.now();
        for (BlobRow blob : there) {
            blob.hold(now.plus(config.hold()));
            rows.put(owner, blob.digest(), now);
        }
    }

    /** Ends everything that the owner holds. @return how many blobs it held */
    @Transactional
    public long drop(String ownerId) {
        return rows.dropOf(ownerId);
    }

    /** The owners of each of {@code digests} that has one. */
    @Transactional
    public Map<String, List<Owner>> ownersOf(Collection<String> digests) {
        return rows.of(digests).stream()
                .collect(Collectors.groupingBy(
                        row -> row.digest, Collectors.mapping(ReferenceRow::owner, Collectors.toList())));
    }
}
