package io.strata.layerstore.collection;

/**
 * What a collection did, or would do.
 *
 * @param blobs that are gone; for a dry run those that nobody holds
 * @param bytes of those
 * @param condemned blobs that were condemned now: they go after the grace
 */
public record Collected(boolean dryRun, long blobs, long bytes, long condemned) {}
