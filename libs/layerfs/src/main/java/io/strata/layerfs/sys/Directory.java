package io.strata.layerfs.sys;

import io.strata.layerfs.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Lists and empties directories that are open. */
public final class Directory {
    private static final int BUFFER = 32768;

    private Directory() {}

    /**
     * The names in the directory, without {@code .} and {@code ..}, in the file system's order. Reads on from the
     * descriptor's position: once for each descriptor.
     */
    public static List<ByteString> names(Fd directory) throws LinuxException {
        List<ByteString> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate(BUFFER, 8);
            long length;
            while ((length = Syscall.GETDENTS64.call(
                            arena, directory, directory.number(), entries.address(), BUFFER, 0, 0))
                    > 0) {
                for (long at = 0; at < length; ) {
                    // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, then the name and its NUL
                    int recordLength = Short.toUnsignedInt(entries.get(ValueLayout.JAVA_SHORT, at + 16));
                    ByteString name = name(entries.asSlice(at + 19, recordLength - 19L));
                    if (!name.equals(DOT) && !name.equals(DOT_DOT)) {
                        names.add(name);
                    }
                    at += recordLength;
                }
            }
        }
        return names;
    }

    private static final ByteString DOT = ByteString.of(".");
    private static final ByteString DOT_DOT = ByteString.of("..");

    private static ByteString name(MemorySegment field) {
        byte[] bytes = field.toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return ByteString.copyOf(bytes, 0, end);
    }

    /** Removes the name and, if it is a directory, all below it. A symbolic link is removed, not followed. */
    public static void remove(Fd at, ByteString name) throws LinuxException {
        try {
            Linux.unlink(at, name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EISDIR) {
                throw e;
            }
            removeTree(at, name);
        }
    }

    /** Depth is bounded by descriptors: one is open for each level. */
    private static void removeTree(Fd at, ByteString name) throws LinuxException {
        try (Fd directory = Linux.open(at, name, Linux.DIRECTORY, 0)) {
            for (ByteString child : names(directory)) {
                remove(directory, child);
            }
        }
        Linux.removeDirectory(at, name);
    }
}
