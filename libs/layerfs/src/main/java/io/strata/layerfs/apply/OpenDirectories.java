package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.EntryPath;
import io.strata.layerfs.whiteout.OverlayMarks;
import io.strata.layerfs.whiteout.Whiteout;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of a layer that is being made, opened below its root without following any symbolic link, and kept open
 * while entries go into them. At most {@value #OPEN} are.
 */
final class OpenDirectories implements Closeable {
    private static final int OPEN = 64;
    private static final int IMPLIED_MODE = 0755;
    private static final long BENEATH = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS | Linux.RESOLVE_NO_MAGICLINKS;

    private final Fd root;
    private final DirectoryTimes times;
    private final LinkedHashMap<ByteString, Fd> open = new LinkedHashMap<>(OPEN * 2, 0.75f, true);

    /** Takes {@code root} over. */
    OpenDirectories(Fd root, DirectoryTimes times) {
        this.root = root;
        this.times = times;
    }

    Fd root() {
        return root;
    }

    /**
     * The directory at {@code path}, made if it is missing, with its parents: 0755, of root, modified in 1970. The
     * descriptor is good until the next call.
     *
     * @throws LayerException when something on the way is not a directory
     */
    Fd directory(ByteString path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        Fd known = open.get(path);
        if (known != null) {
            return known;
        }
        Optional<Fd> there = openIfDirectory(path);
        if (there.isPresent()) {
            return keep(path, there.get());
        }
        Fd parent = directory(EntryPath.parentOf(path));
        ByteString name = EntryPath.nameOf(path);
        Optional<Stat> inTheWay = Linux.statIfThere(parent, name);
        if (inTheWay.isPresent() && !inTheWay.get().isWhiteout()) {
            throw new LayerException("the parent " + path + " of an entry is "
                    + (inTheWay.get().isSymlink() ? "a symbolic link" : "not a directory") + " in the same layer");
        }
        Fd made = make(path, parent, name, inTheWay.isPresent());
        Linux.chmod(made, IMPLIED_MODE);
        Linux.chown(made, 0, 0);
        times.record(path, 0, 0);
        return made;
    }

    /** Makes the directory in {@code parent}; where something else was (and is removed), it hides what is below. */
    Fd make(ByteString path, Fd parent, ByteString name, boolean replaces) throws IOException {
        if (replaces) {
            Linux.unlink(parent, name);
        }
        Linux.makeDirectory(parent, name, 0700);
        Fd made = keep(path, Linux.open(parent, name, Linux.DIRECTORY, 0));
        if (replaces) {
            Xattrs.set(made, OverlayMarks.OPAQUE, OverlayMarks.yes());
        }
        return made;
    }

    /** The directory for the caller to close, if it is one and no symbolic link is on the way. */
    Optional<Fd> openIfDirectory(ByteString path) throws IOException {
        try {
            return Optional.of(
                    Linux.openResolved(root, path.isEmpty() ? Whiteout.DOT : path, Linux.DIRECTORY, 0, BENEATH));
        } catch (LinuxException e) {
            return switch (e.errno()) {
                case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private Fd keep(ByteString path, Fd directory) {
        open.put(path, directory);
        if (open.size() > OPEN) {
            Map.Entry<ByteString, Fd> oldest = open.firstEntry();
            oldest.getValue().close();
            open.remove(oldest.getKey());
        }
        return directory;
    }

    /** Removes the name and everything below it. */
    void remove(ByteString path, Fd parent, ByteString name) throws IOException {
        ByteString below = path.plus(ByteString.of("/"));
        open.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().equals(path) || entry.getKey().startsWith(below);
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        Directory.remove(parent, name);
    }

    @Override
    public void close() {
        open.values().forEach(Fd::close);
        open.clear();
        root.close();
    }
}
