package io.strata.commit.image;

import io.strata.oci.Compression;
import io.strata.oci.Digest;

/** The blob that a commit adds. {@code size} is its, in bytes. */
public record Layer(Digest digest, long size, Compression compression, Digest diffId) {}
