package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.LayerStream;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.oci.Compression;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A layer unpacked into a directory that overlayfs takes as a lower one. Later entries of a name replace earlier ones;
 * whiteouts and opaque directories become overlayfs' marks; what the layer says of parents that it does not have is not
 * known here, so they are made 0755. Needs root (owners, devices, {@code trusted.} attributes).
 */
public final class DirectoryLayer {
    /**
     * What was unpacked.
     *
     * @param lower        the directory for overlayfs
     * @param unpackedSize bytes of regular files, a file of several names once
     * @param entries      of the tar
     * @param tarSize      bytes of the uncompressed tar
     */
    public record Applied(Path lower, Digest diffId, long unpackedSize, long entries, long tarSize) {}

    private static final ByteString FS = ByteString.of("fs");

    private DirectoryLayer() {}

    /** The lower directory of a layer that was applied to {@code directory}, also after it was renamed. */
    public static Path lower(Path directory) {
        return directory.resolve("fs");
    }

    /**
     * Reads the blob once, in its form as distributed, and unpacks it below {@code directory}, which is made, for root
     * only: it may hold set-uid programs. Nothing is synced. When this fails, {@code directory} is gone again.
     *
     * @param directory not there yet; its parent is
     * @param blob      closed at the end in any case
     * @param diffId    what the uncompressed tar has to be, if it is known
     * @throws LayerException when the layer is malformed, hostile, beyond the limits, or has another diffID
     * @throws java.nio.file.FileAlreadyExistsException when {@code directory} is there
     */
    public static Applied apply(
            Path directory, InputStream blob, Compression compression, Optional<Digest> diffId, LayerLimits limits)
            throws IOException {
        try (LayerStream stream = LayerStream.open(compression, blob, limits)) {
            return apply(directory, stream, diffId, limits);
        }
    }

    /** As the other; for a caller that looks at more of the blob than its tar, and closes {@code stream} himself. */
    public static Applied apply(Path directory, LayerStream stream, Optional<Digest> diffId, LayerLimits limits)
            throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            return fill(directory, stream, diffId, limits);
        } catch (IOException | RuntimeException | Error e) {
            try {
                remove(directory);
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    private static Applied fill(Path directory, LayerStream stream, Optional<Digest> expected, LayerLimits limits)
            throws IOException {
        try (Fd holder = Linux.openDirectory(directory);
                DirectoryTimes times = new DirectoryTimes(directory.resolve("times"));
                Applying applying = new Applying(stream, makeRoot(holder), times, limits)) {
            times.record(ByteString.EMPTY, 0, 0);
            long entries = applying.run();
            Digest diffId = stream.finish();
            if (expected.isPresent() && !expected.get().equals(diffId)) {
                throw new LayerException("the layer's diffID is " + diffId + ", not " + expected.get());
            }
            return new Applied(lower(directory), diffId, applying.unpackedSize(), entries, stream.position());
        }
    }

    private static Fd makeRoot(Fd holder) throws IOException {
        Linux.makeDirectory(holder, FS, 0755);
        Fd root = Linux.open(holder, FS, Linux.DIRECTORY, 0);
        Linux.chmod(root, 0755);
        return root;
    }

    /** Removes a layer's directory, or what is left of it; links in it are not followed. What is gone is no error. */
    public static void remove(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Fd parent = Linux.openDirectory(directory.toAbsolutePath().getParent())) {
            Directory.remove(parent, ByteString.of(directory.getFileName().toString()));
        }
    }
}
