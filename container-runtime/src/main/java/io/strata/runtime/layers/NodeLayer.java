package io.strata.runtime.layers;

import io.strata.oci.Digest;

/**
 * A layer as an image names it.
 *
 * @param digest    of the blob as distributed
 * @param diffId    of the uncompressed tar: the layer's identity on a node
 * @param mediaType says how the blob is compressed
 * @param size      of the blob in bytes
 */
public record NodeLayer(Digest digest, Digest diffId, String mediaType, long size) {}
