package io.strata.layerfs.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What {@code statx(2)} says of a file (include/uapi/linux/stat.h).
 *
 * @param dev    the device's number as {@code major << 32 | minor}
 * @param mode   type and permissions, {@code S_IFMT} and the lower 12 bits
 * @param blocks of 512 bytes on disk
 */
public record Stat(
        long dev,
        long ino,
        int mode,
        long nlink,
        long uid,
        long gid,
        int rdevMajor,
        int rdevMinor,
        long size,
        long blocks,
        long mtimeSeconds,
        int mtimeNanos) {
    public static final int S_IFMT = 0170000;
    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;

    static final long BYTES = 256;
    static final long MASK = 0x7FF;

    static Stat of(MemorySegment statx) {
        return new Stat(
                (long) int32(statx, 136) << 32 | Integer.toUnsignedLong(int32(statx, 140)),
                int64(statx, 32),
                Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT_UNALIGNED, 28)),
                Integer.toUnsignedLong(int32(statx, 16)),
                Integer.toUnsignedLong(int32(statx, 20)),
                Integer.toUnsignedLong(int32(statx, 24)),
                int32(statx, 128),
                int32(statx, 132),
                int64(statx, 40),
                int64(statx, 48),
                int64(statx, 112),
                int32(statx, 120));
    }

    private static int int32(MemorySegment statx, long offset) {
        return statx.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }

    private static long int64(MemorySegment statx, long offset) {
        return statx.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    /** One of the {@code S_IF…} constants. */
    public int type() {
        return mode & S_IFMT;
    }

    /** The lower 12 bits: set-id, sticky, rwx. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isRegular() {
        return type() == S_IFREG;
    }

    public boolean isSymlink() {
        return type() == S_IFLNK;
    }

    /** Overlayfs' mark for a removed name: character device 0/0. */
    public boolean isWhiteout() {
        return type() == S_IFCHR && rdevMajor == 0 && rdevMinor == 0;
    }

    public boolean sameFile(Stat other) {
        return dev == other.dev && ino == other.ino;
    }
}
