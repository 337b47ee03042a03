package io.strata.layerfs.sys;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.strata.layerfs.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * System calls by number, all through libc's {@code syscall(2)}: half of those needed here (openat2, fsopen, …) have no
 * function in the libc of Debian 12. Numbers: x86-64 from {@code arch/x86/entry/syscalls/syscall_64.tbl}, arm64 from
 * {@code include/uapi/asm-generic/unistd.h}; from 424 on they are equal.
 */
enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    PREAD(17, 67),
    PWRITE(18, 68),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    FSTATFS(138, 44),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    LGETXATTR(192, 9),
    FGETXATTR(193, 10),
    LLISTXATTR(195, 12),
    FLISTXATTR(196, 13),
    LREMOVEXATTR(198, 15),
    FREMOVEXATTR(199, 16),
    GETDENTS64(217, 61),
    FADVISE64(221, 223),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    LINKAT(265, 37),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    UTIMENSAT(280, 88),
    SYNCFS(306, 267),
    RENAMEAT2(316, 276),
    STATX(332, 291),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    OPENAT2(437, 437),
    MOUNT_SETATTR(442, 442);

    private static final boolean ARM64 = System.getProperty("os.arch").equals("aarch64");
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle INVOKE = handle();

    private final int x86;
    private final int arm64;

    Syscall(int x86, int arm64) {
        this.x86 = x86;
        this.arm64 = arm64;
    }

    private static MethodHandle handle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /** Makes the call. The segments behind addresses in the arguments must stay alive; {@code memory} outlives the call. */
    long call(SegmentAllocator memory, Object path, long a, long b, long c, long d, long e) throws LinuxException {
        MemorySegment captured = memory.allocate(CAPTURED);
        long result = invoke(captured, a, b, c, d, e);
        if (result < 0) {
            throw new LinuxException(
                    name().toLowerCase(Locale.ROOT), path.toString(), (int) ERRNO.get(captured, 0L), "");
        }
        return result;
    }

    /** As {@link #call}, giving the negated errno for an error: for calls whose failure is an answer. */
    long attempt(SegmentAllocator memory, long a, long b, long c, long d, long e) {
        MemorySegment captured = memory.allocate(CAPTURED);
        long result = invoke(captured, a, b, c, d, e);
        return result < 0 ? -(int) ERRNO.get(captured, 0L) : result;
    }

    private long invoke(MemorySegment captured, long a, long b, long c, long d, long e) {
        try {
            return (long) INVOKE.invokeExact(captured, (long) (ARM64 ? arm64 : x86), a, b, c, d, e, 0L);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    LinuxException failed(Object path, long negatedErrno, String detail) {
        return new LinuxException(name().toLowerCase(Locale.ROOT), path.toString(), (int) -negatedErrno, detail);
    }

    /** {@code name} with its final NUL, as C reads it. @throws IllegalArgumentException for a NUL inside */
    static long cString(Arena arena, ByteString name) {
        if (name.indexOf(0, 0) >= 0) {
            throw new IllegalArgumentException("a NUL byte in the name " + name);
        }
        MemorySegment text = arena.allocate(name.length() + 1L);
        MemorySegment.copy(name.toByteArray(), 0, text, ValueLayout.JAVA_BYTE, 0, name.length());
        return text.address();
    }
}
