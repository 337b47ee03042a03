package io.strata.gateway.manifests;

import io.strata.oci.Digest;

/**
 * A manifest or index, byte for byte as it came: the bytes are what its digest is of.
 *
 * @param mediaType as it is served, without parameters
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
public record ManifestBytes(byte[] content, String mediaType, Digest digest) {
    public static ManifestBytes of(byte[] content, String mediaType) {
        return new ManifestBytes(content, mediaType, Digest.sha256(content));
    }
}
