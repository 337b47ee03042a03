package io.strata.runtime.process;

import java.io.IOException;

/**
 * One client's view of a process' stdin, stdout and stderr. A container never waits for its clients, and a slow one misses
 * nothing; an exec waits for its client, as with dockerd, but not beyond its container's end. To be closed, also when the
 * output has ended.
 */
public interface Streams extends AutoCloseable {
    /** Takes output as it comes; {@code stream} is 1 (stdout, or the terminal) or 2 (stderr). */
    interface Output {
        void write(int stream, byte[] bytes, int offset, int length) throws IOException;

        /** No more output will come. */
        void ended();
    }

    /** Begins delivery to {@code output} on a thread of its own. Nothing written after the attach is missed. */
    void deliverTo(Output output);

    void writeStdin(byte[] bytes, int offset, int length) throws IOException;

    /** The client's end of input. */
    void closeStdin() throws IOException;

    /** This client leaves; the process goes on. */
    @Override
    void close();
}
