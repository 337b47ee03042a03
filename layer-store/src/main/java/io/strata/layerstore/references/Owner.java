package io.strata.layerstore.references;

/**
 * Who keeps blobs alive.
 *
 * @param kind {@code manifest} or {@code container}
 * @param id of the manifest's row or of the container
 * @param label for people: an image's name, a container's name
 */
public record Owner(String kind, String id, String label) {}
