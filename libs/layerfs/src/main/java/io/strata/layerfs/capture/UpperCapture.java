package io.strata.layerfs.capture;

import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/**
 * Reads the upper directory of an overlay mount: as an OCI layer, as a list of changes, as a number of bytes. Works while
 * it is mounted; what a process writes meanwhile may be in it or not, so pause the container for a layer that is right.
 */
public final class UpperCapture {
    /**
     * What a capture wrote.
     *
     * @param diffId       {@link Digest#EMPTY_TAR} when empty
     * @param unpackedSize bytes of regular files, a file of several names once
     * @param files        entries of the tar
     * @param empty        the upper directory holds nothing; then nothing was written
     */
    public record Captured(Digest diffId, long unpackedSize, long files, boolean empty) {}

    /** In the order of the Engine API's numbers 0, 1, 2. */
    public enum Kind {
        MODIFIED,
        ADDED,
        DELETED
    }

    /** A changed path, from {@code /}; what is not UTF-8 in it is shown as U+FFFD. */
    public record Change(String path, Kind kind) {}

    private UpperCapture() {}

    /**
     * Writes the layer as an uncompressed tar: names sorted, times in whole seconds, no clock and no name of this machine,
     * so that the same content gives the same bytes. Sockets are left out; hard links are kept within the layer.
     *
     * @param tar written in large pieces; flushed and not closed
     * @throws io.strata.layerfs.LayerException for what no layer can hold: a name that begins with {@code .wh.}, or
     *     marks of an overlay that was mounted with redirect_dir or metacopy
     */
    public static Captured capture(Path upper, OutputStream tar) throws IOException {
        MessageDigest hash = Digest.messageDigest(Digest.SHA256);
        try (Fd root = Linux.openDirectory(upper);
                CaptureWalk walk = new CaptureWalk(new DigestOutputStream(tar, hash))) {
            walk.directory(root);
            if (walk.entries() == 0) {
                return new Captured(Digest.EMPTY_TAR, 0, 0, true);
            }
            walk.finish();
            return new Captured(Digest.finish(Digest.SHA256, hash), walk.unpackedSize(), walk.entries(), false);
        }
    }

    /**
     * The changes against the layers below, in path order, as moby's naive differ finds them: owner, mode, device,
     * capability, and of files size and mtime count; a directory above a change is modified itself; what was removed with
     * its directory is one deletion.
     *
     * @param lowers overlayfs' lower directories, the topmost first
     */
    public static List<Change> changes(Path upper, List<Path> lowers) throws IOException {
        try (Fd root = Linux.openDirectory(upper);
                LowerView below = new LowerView(lowers)) {
            return new UpperChanges(below).in(root);
        }
    }

    /** Bytes of the regular files in the upper directory; a file of several names counts once. */
    public static long size(Path upper) throws IOException {
        try (Fd root = Linux.openDirectory(upper)) {
            return Directory.fileBytes(root);
        }
    }
}
