package io.strata.layerfs.sys;

import io.strata.layerfs.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists, measures and removes directories. Symbolic links are what they are, and never followed. */
public final class Directory {
    private static final int BUFFER = 32768;
    private static final ByteString DOT = ByteString.of(".");
    private static final ByteString DOT_DOT = ByteString.of("..");

    /** Takes a name of a directory. */
    public interface NameConsumer {
        void accept(ByteString name) throws IOException;
    }

    private Directory() {}

    /** Gives each name but {@code .} and {@code ..}, in the file system's order, a few hundred read at a time. */
    public static void forEachName(Fd directory, NameConsumer consumer) throws IOException {
        try (Arena arena = Arena.ofConfined();
                Fd listing = Linux.open(directory, DOT, Linux.DIRECTORY, 0)) {
            MemorySegment entries = arena.allocate(BUFFER, 8);
            long length;
            while ((length = Syscall.GETDENTS64.call(
                            arena, directory, listing.number(), entries.address(), BUFFER, 0, 0))
                    > 0) {
                for (long at = 0; at < length; ) {
                    // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, then the name and its NUL
                    int recordLength = Short.toUnsignedInt(entries.get(ValueLayout.JAVA_SHORT, at + 16));
                    ByteString name = name(entries.asSlice(at + 19, recordLength - 19L));
                    if (!name.equals(DOT) && !name.equals(DOT_DOT)) {
                        consumer.accept(name);
                    }
                    at += recordLength;
                }
            }
        }
    }

    /** The names, sorted as bytes. */
    public static List<ByteString> names(Fd directory) throws IOException {
        List<ByteString> names = new ArrayList<>();
        forEachName(directory, names::add);
        names.sort(null);
        return names;
    }

    private static ByteString name(MemorySegment field) {
        byte[] bytes = field.toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return ByteString.copyOf(bytes, 0, end);
    }

    /** Bytes of the regular files in the tree below {@code root}; a file of several names counts once. */
    public static long fileBytes(Fd root) throws IOException {
        return fileBytes(root, DOT, new HashSet<>());
    }

    private static long fileBytes(Fd at, ByteString name, Set<Long> counted) throws IOException {
        long[] size = {0};
        try (Fd directory = Linux.open(at, name, Linux.DIRECTORY, 0)) {
            forEachName(directory, child -> {
                Stat stat = Linux.stat(directory, child);
                if (stat.isDirectory()) {
                    size[0] += fileBytes(directory, child, counted);
                } else if (stat.isRegular() && (stat.nlink() == 1 || counted.add(stat.ino()))) {
                    size[0] += stat.size();
                }
            });
        }
        return size[0];
    }

    /** Removes the name and, if it is a directory, all below it, however deep that is. */
    public static void remove(Fd at, ByteString name) throws IOException {
        if (!unlinked(at, name)) {
            try (Fd top = Linux.open(at, name, Linux.DIRECTORY, 0)) {
                empty(top);
            }
            Linux.removeDirectory(at, name);
        }
    }

    /** Subdirectories are moved up until none is left, so that depth needs neither descriptors nor stack. */
    private static void empty(Fd top) throws IOException {
        long[] moved = {0};
        boolean[] more = {true};
        while (more[0]) {
            more[0] = false;
            forEachName(top, name -> {
                if (unlinked(top, name)) {
                    return;
                }
                try (Fd child = Linux.open(top, name, Linux.DIRECTORY, 0)) {
                    forEachName(child, grandchild -> {
                        if (!unlinked(child, grandchild)) {
                            moveUp(child, grandchild, top, moved);
                            more[0] = true;
                        }
                    });
                }
                Linux.removeDirectory(top, name);
            });
        }
    }

    private static void moveUp(Fd child, ByteString grandchild, Fd top, long[] moved) throws IOException {
        while (true) {
            try {
                Linux.renameNew(child, grandchild, top, ByteString.of("removing-" + moved[0]++));
                return;
            } catch (LinuxException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
        }
    }

    /** @return false for a directory */
    private static boolean unlinked(Fd at, ByteString name) throws IOException {
        try {
            Linux.unlink(at, name);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.EISDIR) {
                return false;
            }
            throw e;
        }
    }
}
