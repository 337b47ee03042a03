package io.strata.runtime.snapshots;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What overlayfs would show under a name, without mounting: whiteouts and opaque directories count, symbolic links are seen
 * and not followed (fs/overlayfs/namei.c).
 */
final class UnionLookup {
    private static final ByteString OPAQUE = ByteString.of("trusted.overlay.opaque");
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);

    /** The topmost first. */
    private final List<Path> lowers;

    UnionLookup(List<Path> lowers) {
        this.lowers = lowers;
    }

    /** A file of the union; {@code path} is where it lies. */
    record Found(Path path, Stat stat) {}

    /** @param name absolute, within the union */
    Optional<Found> find(String name) throws IOException {
        List<String> parts = List.of(name.substring(1).split("/"));
        for (Path lower : lowers) {
            Optional<Step> step = lookup(lower, parts);
            if (step.isPresent()) {
                return step.get().found();
            }
        }
        return Optional.empty();
    }

    /** A layer's answer that ends the search: the file, or that there is none. */
    private record Step(Optional<Found> found) {
        static final Step NONE = new Step(Optional.empty());
    }

    /** Empty when the layers below have the say. */
    private static Optional<Step> lookup(Path lower, List<String> parts) throws IOException {
        Path at = lower;
        boolean opaque = false;
        for (int i = 0; i < parts.size(); i++) {
            opaque |= isOpaque(at);
            at = at.resolve(parts.get(i));
            Optional<Stat> stat = Linux.statIfThere(Fd.CWD, ByteString.of(at.toString()));
            if (stat.isEmpty()) {
                return opaque ? Optional.of(Step.NONE) : Optional.empty();
            }
            if (stat.get().isWhiteout()) {
                return Optional.of(Step.NONE);
            }
            if (i == parts.size() - 1) {
                return Optional.of(new Step(Optional.of(new Found(at, stat.get()))));
            }
            if (!stat.get().isDirectory()) {
                return Optional.of(Step.NONE);
            }
        }
        return Optional.empty();
    }

    private static boolean isOpaque(Path directory) throws IOException {
        return Xattrs.get(directory, OPAQUE)
                .filter(value -> Arrays.equals(value, YES))
                .isPresent();
    }
}
