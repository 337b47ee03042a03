package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.util.Collection;

/** Who keeps blobs alive. An owner is the unique id of a manifest's row or of a container, never a digest. */
public interface References {
    String MANIFEST = "manifest";
    String CONTAINER = "container";

    /**
     * Holds {@code digests} for the owner, beside what it holds already; called before the owner is visible to anybody.
     *
     * @param kind {@link #MANIFEST} or {@link #CONTAINER}
     * @param label for people: {@code docker.io/library/redis:latest}, a container's name
     * @throws MissingBlobsException when one is not there; then none is held
     */
    void put(String ownerId, String kind, String label, Collection<Digest> digests)
            throws MissingBlobsException, IOException;

    /** Ends everything that the owner holds. Without effect on an owner that holds nothing. */
    void drop(String ownerId) throws IOException;
}
