package io.strata.runtime.containers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Output for a client: as it is for a terminal, else each piece in a frame {@code [stream, 0, 0, 0, length u32 big-endian]}
 * (Engine API, {@code ContainerAttach}). Every call is one write, so that threads do not mix frames.
 */
public final class Frames {
    public static final String RAW = "application/vnd.docker.raw-stream";
    public static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

    public static final int STDOUT = 1;
    public static final int STDERR = 2;

    private static final int HEADER = 8;

    private final OutputStream out;
    private final boolean multiplexed;

    public Frames(OutputStream out, boolean multiplexed) {
        this.out = out;
        this.multiplexed = multiplexed;
    }

    public void write(int stream, byte[] bytes, int offset, int length) throws IOException {
        if (!multiplexed) {
            out.write(bytes, offset, length);
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(HEADER + length);
        frame.put((byte) stream).position(4);
        frame.putInt(length).put(bytes, offset, length);
        out.write(frame.array());
    }
}
