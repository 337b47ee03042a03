package io.strata.runtime.archive;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.tar.TarWriter;
import io.strata.layerfs.whiteout.LayerXattrs;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes files of a container as a tar, whatever its processes do to them meanwhile: names that go away are left out, a
 * file that becomes shorter is filled with zeros, one that becomes longer is cut. No link is followed.
 */
final class TreeTar implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final int READ_FILE = Linux.O_RDONLY | Linux.O_NOFOLLOW | Linux.O_NONBLOCK;
    private static final ByteString SLASH = ByteString.of("/");

    private record File(long device, long number) {}

    private final TarWriter tar;
    private final FileIo io = new FileIo(BUFFER);
    private final byte[] buffer = new byte[BUFFER];
    private final Map<File, ByteString> linked = new HashMap<>();

    /** @param out closed by {@link #finish} and by nothing else: a tar that broke off must not end well */
    TreeTar(OutputStream out) {
        tar = new TarWriter(new BufferedOutputStream(out, BUFFER));
    }

    /** The name, with all below it when it is a directory; the entries begin with {@code path}. */
    void add(Fd parent, ByteString name, ByteString path) throws IOException {
        Optional<Stat> there = Linux.statIfThere(parent, name);
        if (there.isEmpty()) {
            return;
        }
        Stat stat = there.get();
        try {
            switch (stat.type()) {
                case Stat.S_IFDIR -> {
                    try (Fd directory = Linux.open(parent, name, Linux.DIRECTORY, 0)) {
                        addDirectory(directory, path);
                    }
                }
                case Stat.S_IFREG -> {
                    try (Fd file = Linux.open(parent, name, READ_FILE, 0)) {
                        addFile(file, path);
                    }
                }
                case Stat.S_IFSOCK -> {
                    // Of a running process; a tar has no type for it.
                }
                default -> {
                    if (!writtenAsLink(stat, path)) {
                        tar.entry(node(parent, name, stat, path));
                    }
                }
            }
        } catch (LinuxException e) {
            if (!changedMeanwhile(e)) {
                throw e;
            }
        }
    }

    /** Between stat and open it went away, or became something else. */
    private static boolean changedMeanwhile(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> true;
            default -> false;
        };
    }

    /** The open directory as {@code path}, and all below it. */
    void addDirectory(Fd directory, ByteString path) throws IOException {
        tar.entry(entry(TarType.DIRECTORY, Linux.stat(directory), path, ByteString.EMPTY, xattrs(directory)));
        addChildren(directory, path.endsWith('/') ? path : path.plus(SLASH));
    }

    void addChildren(Fd directory, ByteString prefix) throws IOException {
        for (ByteString child : Directory.names(directory)) {
            add(directory, child, prefix.plus(child));
        }
    }

    private void addFile(Fd file, ByteString path) throws IOException {
        Stat stat = Linux.stat(file);
        if (!stat.isRegular() || writtenAsLink(stat, path)) {
            return;
        }
        tar.entry(entry(TarType.FILE, stat, path, ByteString.EMPTY, xattrs(file)));
        for (long left = stat.size(); left > 0; ) {
            int count = io.read(file, buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                count = (int) Math.min(left, buffer.length);
                Arrays.fill(buffer, 0, count, (byte) 0);
            }
            tar.write(buffer, 0, count);
            left -= count;
        }
    }

    private boolean writtenAsLink(Stat stat, ByteString path) throws IOException {
        if (stat.nlink() == 1) {
            return false;
        }
        ByteString first = linked.putIfAbsent(new File(stat.dev(), stat.ino()), path);
        if (first == null) {
            return false;
        }
        tar.entry(TarEntry.hardlink(path, first)
                .withMode(stat.permissions())
                .withOwner(stat.uid(), stat.gid())
                .withMtime(stat.mtimeSeconds(), 0));
        return true;
    }

    private static TarEntry node(Fd parent, ByteString name, Stat stat, ByteString path) throws IOException {
        TarType type =
                switch (stat.type()) {
                    case Stat.S_IFLNK -> TarType.SYMLINK;
                    case Stat.S_IFCHR -> TarType.CHARACTER_DEVICE;
                    case Stat.S_IFBLK -> TarType.BLOCK_DEVICE;
                    default -> TarType.FIFO;
                };
        ByteString link = type == TarType.SYMLINK ? Linux.readLink(parent, name) : ByteString.EMPTY;
        return entry(type, stat, path, link, new TreeMap<>());
    }

    private static TreeMap<ByteString, byte[]> xattrs(Fd file) throws IOException {
        TreeMap<ByteString, byte[]> found = new TreeMap<>();
        for (ByteString name : Xattrs.list(file)) {
            Optional<byte[]> value = LayerXattrs.travels(name) ? Xattrs.get(file, name) : Optional.empty();
            if (value.isPresent()) {
                found.put(name, LayerXattrs.captured(name, value.get()));
            }
        }
        return found;
    }

    private static TarEntry entry(
            TarType type, Stat stat, ByteString path, ByteString link, TreeMap<ByteString, byte[]> xattrs) {
        return new TarEntry(
                type,
                path,
                stat.permissions(),
                stat.uid(),
                stat.gid(),
                type == TarType.FILE ? stat.size() : 0,
                stat.mtimeSeconds(),
                0,
                link,
                type.isDevice() ? stat.rdevMajor() : 0,
                type.isDevice() ? stat.rdevMinor() : 0,
                ByteString.EMPTY,
                ByteString.EMPTY,
                xattrs);
    }

    /** Ends the tar and its stream. */
    void finish() throws IOException {
        tar.close();
    }

    /** Leaves the tar as it is. */
    @Override
    public void close() {
        io.close();
    }
}
