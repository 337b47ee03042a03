package io.strata.runtime.snapshots;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Writable layers: one per container, above the read-only layers of its image and the node's init layer. The life is
 * prepare → mount ⇄ unmount → remove; each step may be repeated and is found as it was after a crash.
 */
public interface Snapshots {
    /** A path as {@code docker diff} shows it: absolute within the container. */
    record Change(String path, Kind kind) {}

    /** In the order of the Engine API's numbers 0, 1, 2. */
    enum Kind {
        MODIFIED,
        ADDED,
        DELETED
    }

    /** What a capture wrote. {@code empty} when the container had changed nothing, and then nothing was written. */
    record Captured(Digest diffId, long unpackedSize, long files, boolean empty) {}

    /** Makes the writable layer. {@code lowers} are the image's layers, the base first. */
    void prepare(String containerId, List<Path> lowers) throws IOException;

    /** Mounts the union and gives its root; the mount that is there is used. */
    Path mount(String containerId) throws IOException;

    void unmount(String containerId) throws IOException;

    /** Removes the mount and the writable layer; what is not there is no error. */
    void remove(String containerId) throws IOException;

    /** What the container changed, in path order. Works mounted and unmounted. */
    List<Change> changes(String containerId) throws IOException;

    /** The writable layer as an OCI layer tar (uncompressed, reproducible). Works mounted and unmounted. */
    Captured capture(String containerId, OutputStream tar) throws IOException;

    /** Bytes of the writable layer's files. */
    long size(String containerId) throws IOException;
}
