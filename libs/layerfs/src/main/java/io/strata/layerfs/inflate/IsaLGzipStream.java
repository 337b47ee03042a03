package io.strata.layerfs.inflate;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.ZipException;

/** A gzip file of any number of members, unpacked by {@link IsaL}, which also checks lengths and checksums. */
final class IsaLGzipStream extends InputStream {
    private final InputStream packed;
    private final Arena arena = Arena.ofShared();
    private final byte[] input;
    private final MemorySegment nativeInput;
    private final MemorySegment nativeOutput;
    private final IsaL inflater;
    private final MemberLimit members = new MemberLimit();
    private boolean ended;

    IsaLGzipStream(InputStream packed, int inputBytes, int outputBytes) {
        this.packed = packed;
        this.input = new byte[inputBytes];
        this.nativeInput = arena.allocate(inputBytes, 64);
        this.nativeOutput = arena.allocate(outputBytes, 64);
        this.inflater = new IsaL(arena);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            boolean moreInput = inflater.inputLeft() > 0 || fill();
            if (inflater.memberEnded()) {
                if (!moreInput) {
                    ended = true;
                    break;
                }
                members.nextMember();
                restart();
            }
            int count = inflater.inflate(nativeOutput.asSlice(0, Math.min(length, nativeOutput.byteSize())));
            if (count < 0) {
                throw new ZipException("the gzip stream is damaged: " + IsaL.describe(count));
            }
            if (count > 0) {
                members.unpacked();
                MemorySegment.copy(nativeOutput, ValueLayout.JAVA_BYTE, 0, bytes, offset, count);
                return count;
            }
            if (!moreInput && !inflater.memberEnded()) {
                throw new ZipException("the gzip stream ends too early");
            }
        }
        return -1;
    }

    private void restart() {
        int left = inflater.inputLeft();
        inflater.startMember();
        inflater.input(nativeInput.asSlice(filled - left, left));
    }

    private int filled;

    private boolean fill() throws IOException {
        int count = packed.read(input, 0, input.length);
        if (count <= 0) {
            return false;
        }
        filled = count;
        MemorySegment.copy(input, 0, nativeInput, ValueLayout.JAVA_BYTE, 0, count);
        inflater.input(nativeInput.asSlice(0, count));
        return true;
    }

    @Override
    public void close() throws IOException {
        if (arena.scope().isAlive()) {
            arena.close();
            packed.close();
        }
    }
}
