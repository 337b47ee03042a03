package io.strata.runtime.network;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * The system calls that make and enter network namespaces and speak to the kernel's netlink sockets; Java has none of
 * them. UNSHARE and SETNS act on the calling thread: that is a platform thread which ends with its work. Numbers: x86-64
 * from {@code arch/x86/entry/syscalls/syscall_64.tbl}, arm64 from {@code include/uapi/asm-generic/unistd.h}.
 */
enum NetworkCall {
    CLOSE(3, 57),
    SOCKET(41, 198),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    UNSHARE(272, 97),
    SETNS(308, 268);

    /** {@code include/uapi/linux/sched.h}. */
    static final int CLONE_NEWNET = 0x40000000;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle INVOKE = handle();

    private final long number;

    NetworkCall(int x86, int arm64) {
        this.number = System.getProperty("os.arch").equals("aarch64") ? arm64 : x86;
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

    /** @throws IOException naming the call and the error number, when it answers less than 0 */
    long call(long a, long b, long c, long d) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            long result = (long) INVOKE.invokeExact(captured, number, a, b, c, d, 0L, 0L);
            if (result < 0) {
                throw new IOException(
                        name().toLowerCase(Locale.ROOT) + " failed: errno " + (int) ERRNO.get(captured, 0L));
            }
            return result;
        } catch (IOException | RuntimeException | Error expected) {
            throw expected;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
