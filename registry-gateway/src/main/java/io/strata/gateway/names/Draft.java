package io.strata.gateway.names;

import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.Origin;
import io.strata.oci.Digest;
import java.util.Optional;

/**
 * A manifest that is to be kept in a repository.
 *
 * @param image  what it is of, when it can be run
 * @param hold   whether layer-store shall hold its blobs: not for what is only a cache of its upstream
 * @param listed whether {@code docker images} shows it, also without a name
 */
record Draft(
        ManifestContent content,
        Origin origin,
        Optional<OfImage> image,
        boolean hold,
        boolean listed,
        Optional<String> commitId) {
    /** @param manifest digest of the image's own manifest: the draft's, or that of an index's child */
    @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
    record OfImage(Digest id, Digest manifest, byte[] config, Optional<Digest> parent) {}

    Digest digest() {
        return content.bytes().digest();
    }
}
