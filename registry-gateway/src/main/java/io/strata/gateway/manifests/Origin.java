package io.strata.gateway.manifests;

/** How a manifest came into its repository. */
public enum Origin {
    /** Fetched from the upstream of its name: its blobs may be asked of that upstream again. */
    PROXIED,
    /** Put on {@code /v2/} by a client, or pushed from here to the registry of its name. */
    PUSHED,
    /** Made by {@code docker commit}. */
    COMMITTED,
    /** Named by {@code docker tag} from an image of another repository. */
    TAGGED;

    /** Whether the repository's registry knows it by digest: then Docker shows it under {@code RepoDigests}. */
    public boolean knownByDigest() {
        return this == PROXIED || this == PUSHED;
    }
}
