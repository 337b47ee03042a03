package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.LayerStream;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.EntryPath;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.whiteout.LayerXattrs;
import io.strata.layerfs.whiteout.OverlayMarks;
import io.strata.layerfs.whiteout.Whiteout;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** One run over a layer's tar, entry by entry, into an empty directory. */
final class Applying implements Closeable {
    private final OpenDirectories directories;
    private final DirectoryTimes times;
    private final Entries entries = new Entries();
    private final ForwardLinks forward = new ForwardLinks();
    private final TarReader tar;
    private long unpackedSize;
    private boolean replacedFiles;

    Applying(LayerStream stream, Fd root, DirectoryTimes times, LayerLimits limits) {
        this.tar = new TarReader(stream, limits);
        this.directories = new OpenDirectories(root, times);
        this.times = times;
    }

    /** @return the number of entries */
    long run() throws IOException {
        long count = 0;
        for (Optional<TarEntry> entry; (entry = tar.next()).isPresent(); count++) {
            try {
                apply(entry.get());
            } catch (LinuxException e) {
                throw new IOException("entry " + entry.get().name() + " could not be made: " + e.getMessage(), e);
            } catch (LayerException e) {
                throw new LayerException("entry " + entry.get().name() + ": " + e.getMessage(), e);
            }
        }
        for (Map.Entry<ByteString, ByteString> link : forward.resolved().entrySet()) {
            if (!link(EntryPath.of(link.getKey()), link.getValue())) {
                throw new LayerException("the hard link " + link.getKey() + " leads to " + link.getValue()
                        + ", which is not in the layer");
            }
        }
        times.replay(this::setDirectoryTime);
        return count;
    }

    /** Bytes of regular files, each counted once. */
    long unpackedSize() throws IOException {
        return replacedFiles ? Directory.fileBytes(directories.root()) : unpackedSize;
    }

    private void setDirectoryTime(ByteString path, long seconds, int nanos) throws IOException {
        Optional<Fd> directory = directories.openIfDirectory(path);
        if (directory.isPresent()) {
            try (Fd fd = directory.get()) {
                Linux.setTimes(fd, seconds, nanos);
            }
        }
    }

    private void apply(TarEntry entry) throws IOException {
        EntryPath path = EntryPath.of(entry.name());
        if (path.isRoot()) {
            root(entry);
            return;
        }
        if (path.parent().indexOf('.', 0) >= 0) {
            refuseWhiteoutAsParent(path.parent());
        }
        switch (Whiteout.of(path.name())) {
            case Whiteout.None() -> make(entry, path);
            case Whiteout.Removed(ByteString name) -> remove(path.parent(), name);
            case Whiteout.Opaque() -> opaque(directories.directory(path.parent()));
            case Whiteout.Meta() -> {}
        }
    }

    private static void refuseWhiteoutAsParent(ByteString parent) throws LayerException {
        for (int at = 0; at >= 0; at = parent.indexOf('/', at) < 0 ? -1 : parent.indexOf('/', at) + 1) {
            if (parent.slice(at).startsWith(Whiteout.PREFIX)) {
                throw new LayerException("a whiteout cannot hold entries");
            }
        }
    }

    private void root(TarEntry entry) throws IOException {
        if (entry.type() != TarType.DIRECTORY) {
            throw new LayerException("the layer's root can only be a directory");
        }
        describeDirectory(entry, ByteString.EMPTY, directories.root());
    }

    private void describeDirectory(TarEntry entry, ByteString path, Fd directory) throws IOException {
        for (ByteString earlier : Xattrs.list(directory)) {
            if (LayerXattrs.travels(earlier) && !entry.xattrs().containsKey(earlier)) {
                Xattrs.remove(directory, earlier);
            }
        }
        entries.describe(entry, directory);
        times.record(path, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    private void make(TarEntry entry, EntryPath path) throws IOException {
        Fd parent = directories.directory(path.parent());
        switch (entry.type()) {
            case DIRECTORY -> directory(entry, path, parent);
            case HARDLINK -> hardlink(entry, path, parent);
            case CHARACTER_DEVICE -> {
                if (entry.major() == 0 && entry.minor() == 0) {
                    // What overlayfs shows as a removed name is one.
                    remove(path.parent(), path.name());
                } else {
                    fill(entry, path, parent);
                }
            }
            case FILE, SYMLINK, BLOCK_DEVICE, FIFO -> fill(entry, path, parent);
        }
    }

    private void directory(TarEntry entry, EntryPath path, Fd parent) throws IOException {
        forward.replaced(path.full());
        Optional<Stat> there = Linux.statIfThere(parent, path.name());
        Fd directory;
        if (there.isPresent() && there.get().isDirectory()) {
            directory = directories.directory(path.full());
        } else {
            replacedFiles |= there.isPresent() && there.get().isRegular();
            directory = directories.make(path.full(), parent, path.name(), there.isPresent());
        }
        describeDirectory(entry, path.full(), directory);
    }

    private void fill(TarEntry entry, EntryPath path, Fd parent) throws IOException {
        forward.replaced(path.full());
        try {
            create(entry, path, parent);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            directories.remove(path.full(), parent, path.name());
            replacedFiles = true;
            create(entry, path, parent);
        }
        unpackedSize += entry.size();
    }

    private void create(TarEntry entry, EntryPath path, Fd parent) throws IOException {
        switch (entry.type()) {
            case FILE -> entries.file(entry, tar, parent, path.name());
            case SYMLINK -> entries.symlink(entry, parent, path.name());
            default -> entries.node(entry, parent, path.name());
        }
    }

    private void hardlink(TarEntry entry, EntryPath path, Fd parent) throws IOException {
        EntryPath target = EntryPath.of(entry.link());
        if (target.full().equals(path.full())) {
            throw new LayerException("a hard link to itself");
        }
        forward.replaced(path.full());
        if (Linux.statIfThere(parent, path.name()).isPresent()) {
            directories.remove(path.full(), parent, path.name());
            replacedFiles = true;
        }
        if (forward.contains(target.full()) || !link(path, target.full())) {
            forward.add(path.full(), target.full());
        }
    }

    /** @return false when the target is not (yet) in the layer */
    private boolean link(EntryPath path, ByteString target) throws IOException {
        Optional<Fd> targetParent = directories.openIfDirectory(EntryPath.parentOf(target));
        if (targetParent.isEmpty()) {
            refuseSymlinkOnTheWay(EntryPath.parentOf(target));
            return false;
        }
        try (Fd at = targetParent.get()) {
            ByteString name = EntryPath.nameOf(target);
            Optional<Stat> there = Linux.statIfThere(at, name);
            if (there.isEmpty() || there.get().isWhiteout()) {
                return false;
            }
            if (there.get().isDirectory()) {
                throw new LayerException("the hard link's target " + target + " is a directory");
            }
            Linux.link(at, name, directories.directory(path.parent()), path.name());
            return true;
        }
    }

    private void refuseSymlinkOnTheWay(ByteString path) throws IOException {
        for (int end = path.indexOf('/', 0); ; end = path.indexOf('/', end + 1)) {
            ByteString part = end < 0 ? path : path.slice(0, end);
            Optional<Fd> parent = directories.openIfDirectory(EntryPath.parentOf(part));
            if (parent.isEmpty()) {
                return;
            }
            try (Fd at = parent.get()) {
                if (Linux.statIfThere(at, EntryPath.nameOf(part))
                        .filter(Stat::isSymlink)
                        .isPresent()) {
                    throw new LayerException("the hard link's target leads through the symbolic link " + part);
                }
            }
            if (end < 0) {
                return;
            }
        }
    }

    /** A whiteout hides only what is below: what this layer has of that name stays, without anything merged into it. */
    private void remove(ByteString parentPath, ByteString name) throws IOException {
        Fd parent = directories.directory(parentPath);
        ByteString path = parentPath.isEmpty()
                ? name
                : parentPath.plus(ByteString.of("/")).plus(name);
        Optional<Stat> there = Linux.statIfThere(parent, name);
        if (there.isPresent() && there.get().isDirectory()) {
            opaque(directories.directory(path));
        } else if (there.isEmpty() && !forward.contains(path) && !isOpaque(parent)) {
            Linux.makeNode(parent, name, Stat.S_IFCHR, 0, 0);
            Xattrs.set(parent, OverlayMarks.ORIGIN, new byte[0]);
        }
    }

    private static boolean isOpaque(Fd directory) throws IOException {
        return Xattrs.get(directory, OverlayMarks.OPAQUE)
                .filter(OverlayMarks::saysOpaque)
                .isPresent();
    }

    /** Whiteouts in it hide nothing more, and overlayfs would list them. */
    private static void opaque(Fd directory) throws IOException {
        if (isOpaque(directory)) {
            return;
        }
        Xattrs.set(directory, OverlayMarks.OPAQUE, OverlayMarks.yes());
        if (Xattrs.get(directory, OverlayMarks.ORIGIN).isEmpty()) {
            return;
        }
        Directory.forEachName(directory, name -> {
            if (Linux.stat(directory, name).isWhiteout()) {
                Linux.unlink(directory, name);
            }
        });
        Xattrs.remove(directory, OverlayMarks.ORIGIN);
    }

    @Override
    public void close() {
        entries.close();
        directories.close();
    }
}
