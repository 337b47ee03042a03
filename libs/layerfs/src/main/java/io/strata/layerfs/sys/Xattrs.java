package io.strata.layerfs.sys;

import io.strata.layerfs.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes, byte for byte, of what is open, and of a name in an open directory without following it. The
 * latter goes through {@code /proc/self/fd}: the calls that take a directory came with Linux 6.13.
 */
public final class Xattrs {
    /** XATTR_SIZE_MAX and XATTR_LIST_MAX of include/uapi/linux/limits.h. */
    private static final int MOST_BYTES = 65536;

    private Xattrs() {}

    public static Optional<byte[]> get(Fd fd, ByteString attribute) throws LinuxException {
        return get(Syscall.FGETXATTR, fd, fd.number(), null, attribute);
    }

    public static Optional<byte[]> get(Fd at, ByteString name, ByteString attribute) throws LinuxException {
        return get(Syscall.LGETXATTR, name, 0, below(at, name), attribute);
    }

    public static Optional<byte[]> get(Path path, ByteString attribute) throws LinuxException {
        return get(Syscall.LGETXATTR, path, 0, ByteString.of(path.toString()), attribute);
    }

    public static List<ByteString> list(Fd fd) throws LinuxException {
        return list(Syscall.FLISTXATTR, fd, fd.number(), null);
    }

    public static List<ByteString> list(Fd at, ByteString name) throws LinuxException {
        return list(Syscall.LLISTXATTR, name, 0, below(at, name));
    }

    public static List<ByteString> list(Path path) throws LinuxException {
        return list(Syscall.LLISTXATTR, path, 0, ByteString.of(path.toString()));
    }

    public static void set(Fd fd, ByteString attribute, byte[] value) throws LinuxException {
        set(Syscall.FSETXATTR, fd, fd.number(), null, attribute, value);
    }

    public static void set(Fd at, ByteString name, ByteString attribute, byte[] value) throws LinuxException {
        set(Syscall.LSETXATTR, name, 0, below(at, name), attribute, value);
    }

    public static void set(Path path, ByteString attribute, byte[] value) throws LinuxException {
        set(Syscall.LSETXATTR, path, 0, ByteString.of(path.toString()), attribute, value);
    }

    /** What is not there is no error. */
    public static void remove(Fd fd, ByteString attribute) throws LinuxException {
        remove(Syscall.FREMOVEXATTR, fd, fd.number(), null, attribute);
    }

    /** What is not there is no error. */
    public static void remove(Path path, ByteString attribute) throws LinuxException {
        remove(Syscall.LREMOVEXATTR, path, 0, ByteString.of(path.toString()), attribute);
    }

    private static ByteString below(Fd at, ByteString name) {
        return ByteString.of(at.procPath() + "/").plus(name);
    }

    private static Optional<byte[]> get(Syscall call, Object what, long fd, ByteString path, ByteString attribute)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long file = path == null ? fd : Syscall.cString(arena, path);
            long key = Syscall.cString(arena, attribute);
            MemorySegment value = arena.allocate(256);
            long length = call.attempt(arena, file, key, value.address(), value.byteSize(), 0);
            if (length == -Errno.ERANGE) {
                value = arena.allocate(MOST_BYTES);
                length = call.attempt(arena, file, key, value.address(), value.byteSize(), 0);
            }
            if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
                return Optional.empty();
            }
            if (length < 0) {
                throw call.failed(what + " " + attribute, length, "");
            }
            return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static List<ByteString> list(Syscall call, Object what, long fd, ByteString path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long file = path == null ? fd : Syscall.cString(arena, path);
            MemorySegment names = arena.allocate(512);
            long length = call.attempt(arena, file, names.address(), names.byteSize(), 0, 0);
            if (length == -Errno.ERANGE) {
                names = arena.allocate(MOST_BYTES);
                length = call.attempt(arena, file, names.address(), names.byteSize(), 0, 0);
            }
            if (length == -Errno.EOPNOTSUPP) {
                return List.of();
            }
            if (length < 0) {
                throw call.failed(what, length, "");
            }
            return split(names.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static List<ByteString> split(byte[] names) {
        List<ByteString> found = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                found.add(ByteString.copyOf(names, start, i));
                start = i + 1;
            }
        }
        return found;
    }

    private static void set(Syscall call, Object what, long fd, ByteString path, ByteString attribute, byte[] value)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long file = path == null ? fd : Syscall.cString(arena, path);
            MemorySegment bytes = arena.allocate(Math.max(1, value.length));
            MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
            call.call(
                    arena,
                    what + " " + attribute,
                    file,
                    Syscall.cString(arena, attribute),
                    bytes.address(),
                    value.length,
                    0);
        }
    }

    private static void remove(Syscall call, Object what, long fd, ByteString path, ByteString attribute)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long file = path == null ? fd : Syscall.cString(arena, path);
            long result = call.attempt(arena, file, Syscall.cString(arena, attribute), 0, 0, 0);
            if (result < 0 && result != -Errno.ENODATA && result != -Errno.EOPNOTSUPP) {
                throw call.failed(what + " " + attribute, result, "");
            }
        }
    }
}
