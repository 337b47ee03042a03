package io.strata.runtime.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jboss.logging.Logger;

/**
 * The one client of an exec, on a connection of its own to that exec's conmon. Nothing logs its output: a client that does
 * not read stops that process, as with dockerd, and nothing else.
 */
final class ExecStreams implements Streams {
    private static final Logger LOG = Logger.getLogger(ExecStreams.class);

    /** conmon sends up to 8 KiB and one byte that names the stream: 2 is stdout, 3 is stderr. */
    private static final int PACKET = 8192 + 1;

    private static final int INPUT_PACKET = 4096;
    private static final long STUCK_NANOS = 1_000_000_000;

    private final int socket;
    /** When a client began not to take output, or has not begun to take it; 0 while it reads. */
    private volatile long waitingSince = System.nanoTime();

    private int users = 1;
    private boolean closed;
    private boolean inputEnded;

    ExecStreams(int socket) {
        this.socket = socket;
    }

    @Override
    public void deliverTo(Output output) {
        if (!use()) {
            output.ended();
            return;
        }
        Blocking.run(() -> deliver(output));
    }

    private void deliver(Output output) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(PACKET);
            byte[] bytes = new byte[PACKET];
            int count;
            waitingSince = 0;
            while ((count = Kernel.read(socket, packet)) > 0) {
                MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
                waitingSince = System.nanoTime();
                output.write(bytes[0] == 3 ? 2 : 1, bytes, 1, count - 1);
                waitingSince = 0;
            }
        } catch (IOException clientGone) {
            LOG.debug("a client of an exec left", clientGone);
        } finally {
            done();
            output.ended();
        }
    }

    @Override
    public void writeStdin(byte[] bytes, int offset, int length) throws IOException {
        if (!use()) {
            throw new IOException("the process' stdin has ended");
        }
        try {
            Blocking.call(() -> {
                for (int sent = 0; sent < length; sent += INPUT_PACKET) {
                    Kernel.send(socket, bytes, offset + sent, Math.min(INPUT_PACKET, length - sent));
                }
                return null;
            });
        } finally {
            done();
        }
    }

    @Override
    public void closeStdin() throws IOException {
        synchronized (this) {
            if (closed || inputEnded) {
                return;
            }
            inputEnded = true;
        }
        Kernel.shutdown(socket, Kernel.SHUT_WR);
    }

    /** Whether conmon may be waiting for the client. */
    boolean stuck() {
        long since = waitingSince;
        return since != 0 && System.nanoTime() - since > STUCK_NANOS;
    }

    private synchronized boolean use() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    /** The descriptor is closed when nobody is in a call with it: its number could be another's already. */
    private synchronized void done() {
        users--;
        if (users == 0) {
            Kernel.close(socket);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            // Wakes whoever waits in a call
            Kernel.shutdown(socket, 2);
        } catch (IOException conmonIsGone) {
            LOG.debug("conmon closed first", conmonIsGone);
        } finally {
            done();
        }
    }
}
