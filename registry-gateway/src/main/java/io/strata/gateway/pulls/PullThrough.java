package io.strata.gateway.pulls;

import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamManifest;
import io.strata.oci.Descriptor;
import io.strata.oci.ImageReference;
import java.io.IOException;
import java.io.InputStream;

/**
 * What {@code /v2/} asks of a proxied repository's own registry, anonymously. Registries on private addresses are reached
 * only when the operator named them in {@code STRATA_UPSTREAMS} (a caller's {@code ?ns=} is no way into the network).
 */
public interface PullThrough {
    /**
     * What the reference names upstream now, byte for byte: one HEAD, then one GET by digest. Its digest, size and type are checked. Nothing is stored or
     * named.
     *
     * @throws UpstreamException.NotFound upstream has none
     * @throws UpstreamException.Unreachable (and RateLimited, Failed) no answer: serve what the cluster has, if anything
     * @throws UpstreamException.Invalid the answer is not to be used
     */
    UpstreamManifest manifest(ImageReference reference);

    /**
     * The digest that the reference names upstream now, by a HEAD only (Hub does not count it).
     *
     * @throws UpstreamException as {@link #manifest}
     */
    Descriptor head(ImageReference reference);

    /**
     * A blob that a manifest of this repository names and the store does not have, from {@code offset}, as it is fetched:
     * one download for all readers, which ends up in the store. The last byte comes only after the digest was found
     * right; a download that fails ends the stream by an IOException before that.
     *
     * @param repository any reference within the repository
     * @param blob as the manifest describes it: digest and size are binding
     * @throws UpstreamException when the fetch cannot start
     */
    InputStream blob(ImageReference repository, Descriptor blob, long offset) throws IOException;
}
