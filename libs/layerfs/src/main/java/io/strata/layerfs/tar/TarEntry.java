package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry of a tar, with every byte of its names and attributes.
 *
 * @param name         as it stands in the tar; of a directory without the final slash
 * @param mode         the lower 12 bits
 * @param uid          32 bits, unsigned, as {@code gid}
 * @param size         bytes of content that follow; 0 for all but files
 * @param mtimeSeconds since 1970, negative before
 * @param link         target of a symbolic or hard link, else empty
 * @param major        of a device, else 0, as {@code minor}
 * @param xattrs       values by name
 */
public record TarEntry(
        TarType type,
        ByteString name,
        int mode,
        long uid,
        long gid,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        ByteString link,
        int major,
        int minor,
        ByteString userName,
        ByteString groupName,
        SortedMap<ByteString, byte[]> xattrs) {
    public TarEntry {
        xattrs = Collections.unmodifiableSortedMap(xattrs);
    }

    private static TarEntry plain(TarType type, ByteString name, int mode, long size, ByteString link) {
        ByteString none = ByteString.EMPTY;
        return new TarEntry(type, name, mode, 0, 0, size, 0, 0, link, 0, 0, none, none, new TreeMap<>());
    }

    /** A file of root's, last modified in 1970; {@code size} bytes of content have to follow. */
    public static TarEntry file(ByteString name, int mode, long size) {
        return plain(TarType.FILE, name, mode, size, ByteString.EMPTY);
    }

    public static TarEntry directory(ByteString name, int mode) {
        return plain(TarType.DIRECTORY, name, mode, 0, ByteString.EMPTY);
    }

    public static TarEntry symlink(ByteString name, ByteString target) {
        return plain(TarType.SYMLINK, name, 0777, 0, target);
    }

    /** @param target an entry of the same tar, from its root */
    public static TarEntry hardlink(ByteString name, ByteString target) {
        return plain(TarType.HARDLINK, name, 0644, 0, target);
    }

    public static TarEntry fifo(ByteString name, int mode) {
        return plain(TarType.FIFO, name, mode, 0, ByteString.EMPTY);
    }

    public static TarEntry device(TarType type, ByteString name, int mode, int major, int minor) {
        ByteString none = ByteString.EMPTY;
        return new TarEntry(type, name, mode, 0, 0, 0, 0, 0, none, major, minor, none, none, new TreeMap<>());
    }

    public TarEntry withOwner(long newUid, long newGid) {
        return new TarEntry(
                type,
                name,
                mode,
                newUid,
                newGid,
                size,
                mtimeSeconds,
                mtimeNanos,
                link,
                major,
                minor,
                userName,
                groupName,
                xattrs);
    }

    public TarEntry withMtime(long seconds, int nanos) {
        return new TarEntry(
                type, name, mode, uid, gid, size, seconds, nanos, link, major, minor, userName, groupName, xattrs);
    }

    public TarEntry withMode(int newMode) {
        return new TarEntry(
                type,
                name,
                newMode,
                uid,
                gid,
                size,
                mtimeSeconds,
                mtimeNanos,
                link,
                major,
                minor,
                userName,
                groupName,
                xattrs);
    }

    public TarEntry withName(ByteString newName) {
        return new TarEntry(
                type,
                newName,
                mode,
                uid,
                gid,
                size,
                mtimeSeconds,
                mtimeNanos,
                link,
                major,
                minor,
                userName,
                groupName,
                xattrs);
    }

    public TarEntry withXattrs(SortedMap<ByteString, byte[]> attributes) {
        return new TarEntry(
                type,
                name,
                mode,
                uid,
                gid,
                size,
                mtimeSeconds,
                mtimeNanos,
                link,
                major,
                minor,
                userName,
                groupName,
                attributes);
    }
}
