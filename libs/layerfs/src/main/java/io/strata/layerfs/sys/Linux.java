package io.strata.layerfs.sys;

import io.strata.layerfs.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file system calls of Linux that Java does not have: relative to an open directory, never following a symbolic link
 * at the end of a name, with names as bytes. Every error is a {@link LinuxException}; nothing is retried.
 */
public final class Linux {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;
    /** x86-64 and arm64 differ. */
    public static final int O_DIRECTORY = isArm() ? 040000 : 0200000;

    public static final int O_NOFOLLOW = isArm() ? 0100000 : 0400000;
    /** Opens a directory to be the first argument of the other calls. */
    public static final int DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

    /** openat2: no magic links of /proc. */
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;
    /** openat2: a symbolic link anywhere is ELOOP. */
    public static final long RESOLVE_NO_SYMLINKS = 0x04;
    /** openat2: whatever leaves the directory is EXDEV; also absolute paths and links. */
    public static final long RESOLVE_BENEATH = 0x08;
    /** openat2: the directory is the root, for absolute paths and links and for {@code ..}. */
    public static final long RESOLVE_IN_ROOT = 0x10;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final long RENAME_NOREPLACE = 1;
    private static final int PATH_MAX = 4096;

    private Linux() {}

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /** Opens a directory by a path that the caller trusts; links in it are followed, except the last. */
    public static Fd openDirectory(Path directory) throws LinuxException {
        return open(Fd.CWD, ByteString.of(directory.toString()), DIRECTORY, 0);
    }

    /** {@code openat(2)}; O_CLOEXEC is always set. */
    public static Fd open(Fd at, ByteString name, int flags, int mode) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            return new Fd((int) Syscall.OPENAT.call(
                    arena, name, at.number(), Syscall.cString(arena, name), flags | O_CLOEXEC, mode, 0));
        }
    }

    /** As {@link #open}; empty when there is no such name (ENOENT). */
    public static Optional<Fd> openIfThere(Fd at, ByteString name, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long fd = Syscall.OPENAT.attempt(arena, at.number(), Syscall.cString(arena, name), flags | O_CLOEXEC, 0, 0);
            if (fd == -Errno.ENOENT) {
                return Optional.empty();
            }
            if (fd < 0) {
                throw Syscall.OPENAT.failed(name, fd, "");
            }
            return Optional.of(new Fd((int) fd));
        }
    }

    /**
     * {@code openat2(2)}: resolves the whole of {@code path} below {@code at} under the rules in {@code resolve}, safe
     * against whoever changes the tree meanwhile.
     */
    public static Fd openResolved(Fd at, ByteString path, int flags, int mode, long resolve) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(24, 8);
            how.set(ValueLayout.JAVA_LONG, 0, Integer.toUnsignedLong(flags | O_CLOEXEC));
            how.set(ValueLayout.JAVA_LONG, 8, mode);
            how.set(ValueLayout.JAVA_LONG, 16, resolve);
            return new Fd((int) Syscall.OPENAT2.call(
                    arena, path, at.number(), Syscall.cString(arena, path), how.address(), how.byteSize(), 0));
        }
    }

    /** The file itself, a symbolic link not followed. */
    public static Stat stat(Fd at, ByteString name) throws LinuxException {
        return statIfThere(at, name).orElseThrow(() -> Syscall.STATX.failed(name, -Errno.ENOENT, ""));
    }

    /** Empty when there is no such name (ENOENT), also for a name below what is no directory (ENOTDIR). */
    public static Optional<Stat> statIfThere(Fd at, ByteString name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(Stat.BYTES, 8);
            long result = Syscall.STATX.attempt(
                    arena,
                    at.number(),
                    Syscall.cString(arena, name),
                    AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH,
                    Stat.MASK,
                    statx.address());
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            if (result < 0) {
                throw Syscall.STATX.failed(name, result, "");
            }
            return Optional.of(Stat.of(statx));
        }
    }

    public static Stat stat(Fd fd) throws LinuxException {
        return stat(fd, ByteString.EMPTY);
    }

    public static ByteString readLink(Fd at, ByteString name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PATH_MAX);
            long length = Syscall.READLINKAT.call(
                    arena, name, at.number(), Syscall.cString(arena, name), target.address(), PATH_MAX, 0);
            return ByteString.copyOf(target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    public static void makeDirectory(Fd at, ByteString name, int mode) throws LinuxException {
        byName(Syscall.MKDIRAT, at, name, mode, 0);
    }

    /** @param mode type and permissions; major and minor for devices, else 0 */
    public static void makeNode(Fd at, ByteString name, int mode, int major, int minor) throws LinuxException {
        byName(Syscall.MKNODAT, at, name, mode, deviceNumber(major, minor));
    }

    /** The kernel's {@code new_encode_dev}: 12 bits of major, 20 of minor. */
    private static long deviceNumber(int major, int minor) {
        if (major < 0 || major > 0xFFF || minor < 0 || minor > 0xFFFFF) {
            throw new IllegalArgumentException("device " + major + ":" + minor + " is beyond what Linux has");
        }
        return (minor & 0xFF) | ((long) major << 8) | ((long) (minor & ~0xFF) << 12);
    }

    public static void makeSymlink(ByteString target, Fd at, ByteString name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.SYMLINKAT.call(
                    arena, name, Syscall.cString(arena, target), at.number(), Syscall.cString(arena, name), 0, 0);
        }
    }

    /** A second name for a file; a symbolic link gets a second name itself. */
    public static void link(Fd fromAt, ByteString from, Fd at, ByteString name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.LINKAT.call(
                    arena,
                    name,
                    fromAt.number(),
                    Syscall.cString(arena, from),
                    at.number(),
                    Syscall.cString(arena, name),
                    0);
        }
    }

    public static void unlink(Fd at, ByteString name) throws LinuxException {
        byName(Syscall.UNLINKAT, at, name, 0, 0);
    }

    public static void removeDirectory(Fd at, ByteString name) throws LinuxException {
        byName(Syscall.UNLINKAT, at, name, AT_REMOVEDIR, 0);
    }

    public static void rename(Fd fromAt, ByteString from, Fd toAt, ByteString to) throws LinuxException {
        rename(fromAt, from, toAt, to, 0);
    }

    /** Fails with EEXIST when {@code to} is there. */
    public static void renameNew(Fd fromAt, ByteString from, Fd toAt, ByteString to) throws LinuxException {
        rename(fromAt, from, toAt, to, RENAME_NOREPLACE);
    }

    private static void rename(Fd fromAt, ByteString from, Fd toAt, ByteString to, long flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.RENAMEAT2.call(
                    arena,
                    from,
                    fromAt.number(),
                    Syscall.cString(arena, from),
                    toAt.number(),
                    Syscall.cString(arena, to),
                    flags);
        }
    }

    /** @param uid  @param gid 32 bits, unsigned; -1 leaves as is */
    public static void chown(Fd at, ByteString name, long uid, long gid) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.FCHOWNAT.call(
                    arena,
                    name,
                    at.number(),
                    Syscall.cString(arena, name),
                    uid & 0xFFFFFFFFL,
                    gid & 0xFFFFFFFFL,
                    AT_SYMLINK_NOFOLLOW);
        }
    }

    public static void chown(Fd fd, long uid, long gid) throws LinuxException {
        byFd(Syscall.FCHOWN, fd, uid & 0xFFFFFFFFL, gid & 0xFFFFFFFFL, 0);
    }

    public static void chmod(Fd fd, int mode) throws LinuxException {
        byFd(Syscall.FCHMOD, fd, mode, 0, 0);
    }

    /** Follows a symbolic link: only for names that the caller has just made and nobody else reaches. */
    public static void chmod(Fd at, ByteString name, int mode) throws LinuxException {
        byName(Syscall.FCHMODAT, at, name, mode, 0);
    }

    /** Sets the times of access and modification of the name itself, also of a symbolic link. */
    public static void setTimes(Fd at, ByteString name, long seconds, int nanos) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long path = Syscall.cString(arena, name);
            Syscall.UTIMENSAT.call(
                    arena, name, at.number(), path, times(arena, seconds, nanos), AT_SYMLINK_NOFOLLOW, 0);
        }
    }

    public static void setTimes(Fd fd, long seconds, int nanos) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.UTIMENSAT.call(arena, fd, fd.number(), 0, times(arena, seconds, nanos), 0, 0);
        }
    }

    private static long times(Arena arena, long seconds, int nanos) {
        MemorySegment times = arena.allocate(32, 8);
        for (int i = 0; i < 32; i += 16) {
            times.set(ValueLayout.JAVA_LONG, i, seconds);
            times.set(ValueLayout.JAVA_LONG, i + 8L, nanos);
        }
        return times.address();
    }

    static void byFd(Syscall call, Fd fd, long a, long b, long c) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            call.call(arena, fd, fd.number(), a, b, c, 0);
        }
    }

    private static void byName(Syscall call, Fd at, ByteString name, long a, long b) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            call.call(arena, name, at.number(), Syscall.cString(arena, name), a, b, 0);
        }
    }
}
