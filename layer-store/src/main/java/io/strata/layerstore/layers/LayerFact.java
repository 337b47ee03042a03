package io.strata.layerstore.layers;

import io.strata.oci.Digest;

/** What is known of a blob that is a layer; sizes in bytes. */
public record LayerFact(Digest digest, Digest diffId, long size, long unpackedSize, long files) {}
