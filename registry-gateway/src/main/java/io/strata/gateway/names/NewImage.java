package io.strata.gateway.names;

import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Origin;

/**
 * An image whose blobs are in the store, to be kept in a repository.
 *
 * @param named  what a reference names: the manifest, or the index that it was chosen from
 * @param image  the manifest of the image itself; the same as {@code named} when that is no index
 * @param config the image config's bytes; their digest is the image's id
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
public record NewImage(ManifestBytes named, ManifestBytes image, byte[] config, Origin origin) {
    public boolean isFromIndex() {
        return !named.digest().equals(image.digest());
    }
}
