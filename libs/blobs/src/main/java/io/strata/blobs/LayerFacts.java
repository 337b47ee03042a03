package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** What is inside layers, as somebody who read them has told. */
public interface LayerFacts {
    /**
     * @param digest of the blob
     * @param diffId of the uncompressed tar
     * @param size of the blob, in bytes
     * @param unpackedSize sum of the regular files' sizes, in bytes, as Docker counts it
     * @param files number of the tar's entries
     */
    record Layer(Digest digest, Digest diffId, long size, long unpackedSize, long files) {}

    /** What is known of these blobs; those of which nothing is known are left out. */
    List<Layer> layers(Collection<Digest> blobDigests) throws IOException;

    /** Tells what is in the blob. Again: without effect. */
    void tell(Digest diffId, Digest digest, long unpackedSize, long files) throws IOException;
}
