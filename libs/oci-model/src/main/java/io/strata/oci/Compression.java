package io.strata.oci;

/** How a layer's tar is wrapped in its blob. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD
}
