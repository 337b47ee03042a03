package io.strata.gateway.upstream;

import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import java.util.Optional;

/**
 * Other registries, by OCI Distribution 1.1 or Docker's Registry API v2. What comes from them is hostile until checked; each method says what
 * it checks. Every method throws {@link UpstreamException} when the registry does not do what is asked.
 */
public interface UpstreamRegistry {
    /**
     * What the reference names there now, by HEAD.
     *
     * @return empty when the registry has it but does not say its digest, or answers no HEAD
     */
    Optional<Descriptor> head(ImageReference reference, Credentials credentials);

    /**
     * The manifest or index that the reference names, by GET (which Hub counts; ask {@link #head} first). Checked: at most
     * 4 MiB; the digest is that of the bytes, of {@code Docker-Content-Digest} and of the reference, where those are given; header and
     * body say one thing; not schema 1.
     */
    UpstreamManifest manifest(ImageReference reference, Credentials credentials);

    /**
     * A blob of the repository from {@code offset} on. Nothing is checked but that the range is the one that was asked for.
     *
     * @param repository any reference within the repository
     */
    UpstreamBlob blob(ImageReference repository, Digest digest, long offset, Credentials credentials);

    /** The repository, to be pushed to. Asks nothing yet. */
    UpstreamPush push(ImageReference repository, Credentials credentials);

    /**
     * Asks the registry of {@code domain} whether it takes the credentials.
     *
     * @throws UpstreamException.Unauthorized when it does not
     */
    void login(String domain, Credentials credentials);

    /** Whether anonymous strangers may have this registry asked: the operator named it, or it is on public addresses. */
    boolean isOpenToAll(String domain);
}
