package io.strata.layerfs.capture;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.whiteout.LayerXattrs;
import io.strata.layerfs.whiteout.OverlayMarks;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a file in a directory tree is as an entry of a layer. */
final class FileEntry {
    private FileEntry() {}

    /** Of a file or directory that is open. */
    static TarEntry of(Fd file, Stat stat, ByteString path) throws IOException {
        SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
        for (ByteString name : Xattrs.list(file)) {
            add(xattrs, path, name, Xattrs.get(file, name));
        }
        return entry(stat.isDirectory() ? TarType.DIRECTORY : TarType.FILE, stat, path, ByteString.EMPTY, xattrs);
    }

    /** Of a symbolic link, a device or a FIFO. */
    static TarEntry of(Fd at, ByteString name, Stat stat, ByteString path) throws IOException {
        SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
        for (ByteString attribute : attributes(at, name)) {
            add(xattrs, path, attribute, Xattrs.get(at, name, attribute));
        }
        TarType type =
                switch (stat.type()) {
                    case Stat.S_IFLNK -> TarType.SYMLINK;
                    case Stat.S_IFCHR -> TarType.CHARACTER_DEVICE;
                    case Stat.S_IFBLK -> TarType.BLOCK_DEVICE;
                    case Stat.S_IFIFO -> TarType.FIFO;
                    default -> throw new LayerException("the file " + path + " is of no type that a layer can hold");
                };
        ByteString link = type == TarType.SYMLINK ? Linux.readLink(at, name) : ByteString.EMPTY;
        return entry(type, stat, path, link, xattrs);
    }

    private static List<ByteString> attributes(Fd at, ByteString name) throws IOException {
        try {
            return Xattrs.list(at, name);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EPERM) {
                return List.of();
            }
            throw e;
        }
    }

    private static TarEntry entry(
            TarType type, Stat stat, ByteString path, ByteString link, SortedMap<ByteString, byte[]> xattrs) {
        boolean device = type.isDevice();
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
                device ? stat.rdevMajor() : 0,
                device ? stat.rdevMinor() : 0,
                ByteString.EMPTY,
                ByteString.EMPTY,
                xattrs);
    }

    private static void add(
            SortedMap<ByteString, byte[]> xattrs, ByteString path, ByteString name, Optional<byte[]> value)
            throws LayerException {
        if (name.equals(OverlayMarks.REDIRECT) || name.equals(OverlayMarks.METACOPY)) {
            throw new LayerException("the file " + path + " has " + name
                    + ": its overlay was mounted with redirect_dir or metacopy, which no layer can hold");
        }
        if (value.isPresent() && LayerXattrs.travels(name)) {
            xattrs.put(name, LayerXattrs.captured(name, value.get()));
        }
    }
}
