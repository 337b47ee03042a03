package io.strata.layerstore.layers;

import io.strata.layerstore.references.Owner;
import io.strata.oci.Digest;
import java.util.List;

/**
 * One layer, and who shares it.
 *
 * @param digests of the blobs that hold it: the same tar may be there uncompressed and compressed
 * @param size of those blobs together, in bytes
 * @param unpackedSize sum of its files' sizes, in bytes
 * @param files entries of its tar
 */
public record Layer(Digest diffId, List<Digest> digests, long size, long unpackedSize, long files, List<Owner> users) {}
