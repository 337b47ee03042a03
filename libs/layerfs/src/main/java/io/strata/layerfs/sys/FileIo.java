package io.strata.layerfs.sys;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads and writes open descriptors through one native buffer of its own, so that bytes go between the kernel and an
 * array with one copy. For one thread at a time.
 */
public final class FileIo implements AutoCloseable {
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int POSIX_FADV_DONTNEED = 4;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;

    public FileIo(int bufferBytes) {
        buffer = arena.allocate(bufferBytes, 4096);
    }

    /** Writes all. */
    public void write(Fd fd, byte[] bytes, int offset, int length) throws IOException {
        try (Arena call = Arena.ofConfined()) {
            int at = offset;
            int left = length;
            while (left > 0) {
                int part = (int) Math.min(left, buffer.byteSize());
                MemorySegment.copy(bytes, at, buffer, ValueLayout.JAVA_BYTE, 0, part);
                long written = 0;
                while (written < part) {
                    written +=
                            Syscall.WRITE.call(call, fd, fd.number(), buffer.address() + written, part - written, 0, 0);
                }
                at += part;
                left -= part;
            }
        }
    }

    /** Reads up to {@code length} bytes. @return -1 at the end */
    public int read(Fd fd, byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try (Arena call = Arena.ofConfined()) {
            long count = Syscall.READ.call(
                    call, fd, fd.number(), buffer.address(), Math.min(length, buffer.byteSize()), 0, 0);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, offset, (int) count);
            return count == 0 ? -1 : (int) count;
        }
    }

    /** @throws EOFException when the file is shorter than {@code length} */
    public byte[] readFully(Fd fd, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int have = 0; have < length; ) {
            int count = read(fd, bytes, have, length - have);
            if (count < 0) {
                throw new EOFException(fd + " ends after " + have + " of " + length + " bytes");
            }
            have += count;
        }
        return bytes;
    }

    /** Takes the exclusive lock of the open file, if nobody has it; it goes with the descriptor. */
    public static boolean tryLock(Fd fd) throws LinuxException {
        try (Arena call = Arena.ofConfined()) {
            long result = Syscall.FLOCK.attempt(call, fd.number(), LOCK_EX | LOCK_NB, 0, 0, 0);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            if (result < 0) {
                throw Syscall.FLOCK.failed(fd, result, "");
            }
            return true;
        }
    }

    /** Tells the kernel that pages of this file, once written back, are not needed in the page cache. */
    public static void dropFromCache(Fd fd) throws LinuxException {
        Linux.byFd(Syscall.FADVISE64, fd, 0, 0, POSIX_FADV_DONTNEED);
    }

    public static void sync(Fd fd) throws LinuxException {
        Linux.byFd(Syscall.FSYNC, fd, 0, 0, 0);
    }

    /** Syncs the whole file system that holds {@code fd}. */
    public static void syncFileSystem(Fd fd) throws LinuxException {
        Linux.byFd(Syscall.SYNCFS, fd, 0, 0, 0);
    }

    /** The file system's magic ({@code include/uapi/linux/magic.h}), as {@code fstatfs(2)} tells it. */
    public static long fileSystemType(Fd fd) throws LinuxException {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment statfs = call.allocate(120, 8);
            Syscall.FSTATFS.call(call, fd, fd.number(), statfs.address(), 0, 0, 0);
            return statfs.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
