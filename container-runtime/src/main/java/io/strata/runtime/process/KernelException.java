package io.strata.runtime.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The kernel refused a call. */
final class KernelException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    KernelException(String call, int errno) {
        super(call + ": " + text(errno));
        this.errno = errno;
    }

    /** The same, met on another thread. */
    KernelException(KernelException other) {
        super(other.getMessage(), other);
        this.errno = other.errno;
    }

    int errno() {
        return errno;
    }

    private static String text(int errno) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256);
            var strerror = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("strerror_r"),
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
            MemorySegment message = (MemorySegment) strerror.invokeExact(errno, buffer, buffer.byteSize());
            return message.reinterpret(256).getString(0);
        } catch (Throwable e) {
            return "errno " + errno;
        }
    }
}
