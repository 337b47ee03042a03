package io.strata.layerfs.capture;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.whiteout.LayerXattrs;
import io.strata.layerfs.whiteout.OverlayMarks;
import io.strata.layerfs.whiteout.Whiteout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The union of the layers below an upper directory, asked name by name without mounting it. */
final class LowerView implements Closeable {
    /**
     * A name of the union.
     *
     * @param stat   of the topmost layer that has it
     * @param layers roots of the layers whose directories are merged here, the topmost first; of a file, its layer
     */
    record Found(ByteString path, Stat stat, List<Fd> layers) {
        byte[] capability() throws IOException {
            return Xattrs.get(layers.getFirst(), path, LayerXattrs.CAPABILITY).orElse(new byte[0]);
        }
    }

    private final List<Fd> roots = new ArrayList<>();

    LowerView(List<Path> lowers) throws IOException {
        try {
            for (Path lower : OverlayMarks.visible(lowers)) {
                roots.add(Linux.openDirectory(lower));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Empty when there are no layers below. */
    Optional<Found> root() throws IOException {
        return roots.isEmpty()
                ? Optional.empty()
                : Optional.of(new Found(ByteString.EMPTY, Linux.stat(roots.getFirst()), List.copyOf(roots)));
    }

    /** What the union has of {@code name} in a directory of it. */
    Optional<Found> find(Found directory, ByteString name) throws IOException {
        ByteString path = directory.path().isEmpty()
                ? name
                : directory.path().plus(ByteString.of("/")).plus(name);
        Stat top = null;
        List<Fd> merged = new ArrayList<>();
        for (Fd layer : directory.layers()) {
            Optional<Stat> there = Linux.statIfThere(layer, path);
            if (there.isEmpty()) {
                continue;
            }
            if (!there.get().isDirectory()) {
                if (top == null && !there.get().isWhiteout()) {
                    return Optional.of(new Found(path, there.get(), List.of(layer)));
                }
                break;
            }
            top = top == null ? there.get() : top;
            merged.add(layer);
            if (Xattrs.get(layer, path, OverlayMarks.OPAQUE)
                    .filter(OverlayMarks::saysOpaque)
                    .isPresent()) {
                break;
            }
        }
        return top == null ? Optional.empty() : Optional.of(new Found(path, top, merged));
    }

    /** The names that the union shows in a directory of it. */
    Set<ByteString> names(Found directory) throws IOException {
        Set<ByteString> shown = new HashSet<>();
        Set<ByteString> decided = new HashSet<>();
        for (Fd layer : directory.layers()) {
            ByteString path = directory.path().isEmpty() ? Whiteout.DOT : directory.path();
            try (Fd open = Linux.open(layer, path, Linux.DIRECTORY, 0)) {
                Directory.forEachName(open, name -> {
                    if (decided.add(name) && !Linux.stat(open, name).isWhiteout()) {
                        shown.add(name);
                    }
                });
            }
        }
        return shown;
    }

    @Override
    public void close() {
        roots.forEach(Fd::close);
    }
}
