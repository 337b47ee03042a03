package io.strata.layerfs.inflate;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.zip.GZIPOutputStream;

/**
 * Intel's ISA-L ({@code libisal.so.2}, Debian's {@code libisal2}): inflates two to three times as fast as zlib. Used only
 * when the library is there and unpacks a known stream rightly, so that a build with another {@code struct inflate_state}
 * is found before it harms.
 */
final class IsaL {
    /** {@code struct inflate_state} of igzip_lib.h, 2.30; the size is 87,368. */
    private static final long STATE_BYTES = 1 << 17;

    private static final long NEXT_OUT = 0;
    private static final long AVAIL_OUT = 8;
    private static final long NEXT_IN = 16;
    private static final long AVAIL_IN = 32;
    private static final long BLOCK_STATE = 21_160;
    private static final long CRC_FLAG = 21_172;
    private static final int ISAL_GZIP = 1;
    private static final int ISAL_BLOCK_FINISH = 5;

    private static final boolean AVAILABLE;
    private static final MethodHandle INIT;
    private static final MethodHandle INFLATE;

    static {
        MethodHandle init = null;
        MethodHandle inflate = null;
        try {
            SymbolLookup library = SymbolLookup.libraryLookup("libisal.so.2", Arena.global());
            Linker linker = Linker.nativeLinker();
            init = linker.downcallHandle(library.findOrThrow("isal_inflate_init"), FunctionDescriptor.ofVoid(ADDRESS));
            inflate = linker.downcallHandle(
                    library.findOrThrow("isal_inflate"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
        } catch (IllegalArgumentException | NoSuchElementException missing) {
            inflate = null;
        }
        INIT = init;
        INFLATE = inflate;
        AVAILABLE = inflate != null && unpacksRightly();
    }

    private final MemorySegment state;

    /** A state in {@code arena}, at the start of a gzip member. */
    IsaL(Arena arena) {
        state = arena.allocate(STATE_BYTES, 64);
        startMember();
    }

    static boolean available() {
        return AVAILABLE;
    }

    void startMember() {
        try {
            INIT.invokeExact(state);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        state.set(JAVA_INT, CRC_FLAG, ISAL_GZIP);
    }

    void input(MemorySegment bytes) {
        state.set(JAVA_LONG, NEXT_IN, bytes.address());
        state.set(JAVA_INT, AVAIL_IN, (int) bytes.byteSize());
    }

    int inputLeft() {
        return state.get(JAVA_INT, AVAIL_IN);
    }

    boolean memberEnded() {
        return state.get(JAVA_INT, BLOCK_STATE) == ISAL_BLOCK_FINISH;
    }

    /** Inflates into {@code output}. @return bytes written, or a negative error of ISA-L */
    int inflate(MemorySegment output) {
        state.set(JAVA_LONG, NEXT_OUT, output.address());
        state.set(JAVA_INT, AVAIL_OUT, (int) output.byteSize());
        try {
            int result = (int) INFLATE.invokeExact(state);
            return result < 0 ? result : (int) output.byteSize() - state.get(JAVA_INT, AVAIL_OUT);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String describe(int error) {
        return switch (error) {
            case -1 -> "invalid block";
            case -2 -> "invalid symbol";
            case -3 -> "a reference to before the start";
            case -4 -> "not a gzip header";
            case -5 -> "unknown compression method";
            case -6 -> "wrong checksum";
            default -> "error " + error;
        };
    }

    private static boolean unpacksRightly() {
        byte[] plain = new byte[100_000];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (i * i >>> 7);
        }
        try {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            for (int member = 0; member < 2; member++) {
                try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                    gzip.write(plain, member * 50_000, 50_000);
                }
            }
            try (IsaLGzipStream stream =
                    new IsaLGzipStream(new ByteArrayInputStream(packed.toByteArray()), 1_000, 700)) {
                return Arrays.equals(plain, stream.readAllBytes());
            }
        } catch (IOException damaged) {
            return false;
        }
    }
}
