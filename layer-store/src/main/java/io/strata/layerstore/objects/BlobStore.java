package io.strata.layerstore.objects;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Objects under opaque keys. The store itself moves no byte of a blob: it gives addresses that whoever has them may read
 * from or write to for a while. All methods throw {@code StoreException.ObjectsUnavailable} when the store does not answer.
 */
public interface BlobStore {
    /** Number from 1, and the entity tag that the store gave it. */
    record PartTag(int number, String etag) {}

    /** An address and when it ends. A secret. */
    record Address(URI url, Instant expires) {}

    /** Where one PUT makes the whole object, of at most 5 GiB. */
    Address upload(String key);

    /** Begins an object in parts, of which nothing can be read before {@link #completeParts}. @return the upload's id */
    String beginParts(String key);

    /** Where one PUT makes part {@code number}, from 1 to 10,000. */
    Address uploadPart(String key, String uploadId, int number);

    /**
     * Makes the object of its parts. Again, after it was done: without effect.
     *
     * @throws io.strata.layerstore.errors.StoreException.IngestConflict when the store refuses the parts: one is missing, has
     *     another tag, or is smaller than 5 MiB and not the last
     */
    void completeParts(String key, String uploadId, List<PartTag> parts);

    /** The object's size in bytes; empty when it is not there. */
    OptionalLong stat(String key);

    /** Where a GET, with or without Range, reads the object. */
    Address download(String key);

    /** Removes the object. Without effect when it is not there. */
    void delete(String key);

    /**
     * Removes the parts of an unfinished object, also of one whose upload's id nobody noted. Without effect when there are none.
     */
    void abortParts(String key);

    /** Makes sure that the bucket is there, and that the store answers. */
    void check();
}
