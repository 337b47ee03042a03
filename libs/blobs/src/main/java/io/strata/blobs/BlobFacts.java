package io.strata.blobs;

import io.strata.oci.Digest;

/** What the store knows of a blob that can be read. {@code size} is in bytes; {@code mediaType} is what its writer said. */
public record BlobFacts(Digest digest, long size, String mediaType) {}
