package io.strata.runtime.layers;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The read-only layers of this node. A layer is there once, whatever the number of images and containers that use it; its
 * content has been checked against its diffID. Two implementations: directories into which the tar was applied, and
 * (to come) an index that mounts the tar itself. All implementations pass {@code LayerMountsContract}.
 */
public interface LayerMounts {
    /** What one layer is here. Sizes in bytes; {@code files} counts the tar's entries. */
    record Mounted(Path lower, long unpackedSize, long files) {}

    /** The layer as overlayfs' lower directory, if this node has it whole. */
    Optional<Mounted> find(Digest diffId);

    /**
     * Reads the layer's blob (compressed as it is distributed), once, and makes it a lower directory. Nothing is visible
     * before the diffID, the digest and the size are right; a second caller of the same layer waits for the first.
     *
     * @throws io.strata.layerfs.LayerException when the content is not what it should be, or hostile
     * @throws IOException when reading or writing fails
     */
    Mounted ensure(NodeLayer layer, InputStream blob) throws IOException;

    /** Keeps {@code diffIds} for {@code user} (a container's id); releasing lets the cache drop what nobody uses. */
    void hold(String user, Set<Digest> diffIds);

    void release(String user);

    /** Drops the layer unless somebody holds it. @return whether it is gone */
    boolean evict(Digest diffId) throws IOException;

    /** How layers are held here, for {@code docker info}: {@code unpacked} or {@code erofs}. */
    String kind();
}
