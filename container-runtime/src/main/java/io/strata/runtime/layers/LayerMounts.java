package io.strata.runtime.layers;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The read-only layers of this node. A layer is there once, whatever the number of images and containers that use it; its
 * content has been checked against its diffID. Two forms: directories into which the tar was applied, and an index that
 * mounts the tar itself. Both pass {@code LayerMountsContract}.
 */
public interface LayerMounts {
    /** What one layer is here. Sizes in bytes; {@code files} counts the tar's entries. */
    record Mounted(Path lower, long unpackedSize, long files) {}

    /** What {@link #adopt} made, and which layer it turned out to be. */
    record Adopted(Digest diffId, Mounted mounted) {}

    /** Opens the blob as it is distributed (compressed); called at most once, and not when the layer is here already. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /** Layers that work in flight needs; ends with {@link #close}, or with this process. */
    interface Pin extends AutoCloseable {
        @Override
        void close();
    }

    /** The layer as overlayfs' lower directory, if this node has it whole. */
    Optional<Mounted> find(Digest diffId);

    /**
     * Reads the layer's blob, once, and makes it a lower directory. Nothing is visible before the diffID, the digest and
     * the size are right; a second caller of the same layer waits for the first, and tries himself if that one failed.
     *
     * @throws io.strata.layerfs.LayerException when the content is not what it should be, or hostile
     * @throws IOException when reading or writing fails
     */
    Mounted ensure(NodeLayer layer, Content content) throws IOException;

    /**
     * Makes a lower directory of a tar that this node writes itself (a captured writable layer), so that it need not be
     * fetched. Reads the tar to its end and closes it.
     */
    Adopted adopt(InputStream tar) throws IOException;

    /** Keeps {@code diffIds}, here or to come, for {@code user} (a container's id). Survives a restart of the service. */
    void hold(String user, Set<Digest> diffIds) throws IOException;

    /** Ends what {@link #hold} began, so that the cache may drop what nobody uses. A user who holds nothing is no error. */
    void release(String user) throws IOException;

    /** Keeps {@code diffIds}, here or to come, until the answer is closed. */
    Pin pin(Collection<Digest> diffIds);

    /** Drops the layer unless somebody holds or pins it. @return whether it is not here now */
    boolean evict(Digest diffId) throws IOException;

    /** How layers are held here, for {@code docker info}: {@code unpacked} or {@code erofs}. */
    String kind();
}
