package io.strata.layerstore.blobs;

import io.strata.oci.Digest;

/** A visible blob. {@code size} is in bytes; {@code mediaType} is what its first writer said. */
public record BlobFacts(Digest digest, long size, String mediaType) {}
