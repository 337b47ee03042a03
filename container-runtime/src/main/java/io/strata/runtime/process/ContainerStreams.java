package io.strata.runtime.process;

import io.strata.runtime.process.Bundle.Supervised;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A client of a container. Output comes out of the log that conmon writes, from where it was at the attach: whatever a
 * client does, or does not, the container goes on, and a slow client still gets every byte. Input goes to the FIFO, or
 * through conmon's socket to the terminal.
 */
final class ContainerStreams implements Streams {
    private static final Logger LOG = Logger.getLogger(ContainerStreams.class);

    private final Bundle bundle;
    private final Supervised supervised;
    private final boolean stdin;
    private final LogReader reader;
    private Optional<Integer> input = Optional.empty();
    private boolean inputEnded;
    private boolean closed;

    ContainerStreams(Bundle bundle, Supervised supervised, boolean stdin, LogReader reader) {
        this.bundle = bundle;
        this.supervised = supervised;
        this.stdin = stdin && supervised.openStdin();
        this.reader = reader;
    }

    @Override
    public void deliverTo(Output output) {
        Thread.ofVirtual().name("attach-" + bundle.folder().getFileName()).start(() -> deliver(output));
    }

    private void deliver(Output output) {
        try {
            for (Optional<LogRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                LogRecord record = next.get();
                output.write(record.stream(), record.data(), 0, record.data().length);
            }
        } catch (IOException clientGone) {
            LOG.debugf(clientGone, "a client of %s left", bundle.folder().getFileName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeReader();
            output.ended();
        }
    }

    private void closeReader() {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.warnf(e, "the log of %s was not closed", bundle.folder().getFileName());
        }
    }

    @Override
    public void writeStdin(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0 || !stdin) {
            return;
        }
        Blocking.call(() -> {
            write(bytes, offset, length);
            return null;
        });
    }

    /** A write that waits for the container to read holds this object's input only. */
    private void write(byte[] bytes, int offset, int length) throws IOException {
        int descriptor;
        synchronized (this) {
            if (inputEnded || closed) {
                throw new IOException("the container's stdin has ended");
            }
            if (input.isEmpty()) {
                input = supervised.terminal() ? Optional.of(terminal()) : new StdinFifo(bundle).openForWriting();
            }
            descriptor = input.orElseThrow(() -> new IOException("the container's stdin has ended"));
            writers++;
        }
        try {
            if (supervised.terminal()) {
                sendPackets(descriptor, bytes, offset, length);
            } else {
                Kernel.writeFully(descriptor, bytes, offset, length);
            }
        } finally {
            synchronized (this) {
                writers--;
                release();
            }
        }
    }

    private int writers;

    /** Conmon reads 8 KiB at a time; a larger packet would lose its end. */
    private static final int PACKET = 4096;

    private static void sendPackets(int socket, byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += PACKET) {
            Kernel.send(socket, bytes, offset + done, Math.min(PACKET, length - done));
        }
    }

    /** Output is not read here, and conmon is told so: it would wait for a client that does not read. */
    private int terminal() throws IOException {
        int socket = Kernel.connectPackets(bundle.folder(), "attach");
        try {
            Kernel.shutdown(socket, Kernel.SHUT_RD);
            return socket;
        } catch (IOException e) {
            Kernel.close(socket);
            throw e;
        }
    }

    /** As dockerd: only with {@code stdinOnce}, and never a terminal's. */
    @Override
    public void closeStdin() throws IOException {
        synchronized (this) {
            if (inputEnded) {
                return;
            }
            inputEnded = true;
            release();
        }
        if (stdin && supervised.stdinOnce() && !supervised.terminal()) {
            new StdinFifo(bundle).end();
        }
    }

    /** The descriptor goes when no write is under way on it. */
    private void release() {
        if (inputEnded && writers == 0 && input.isPresent()) {
            Kernel.close(input.get());
            input = Optional.empty();
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
            closeStdin();
        } catch (IOException e) {
            LOG.warnf(e, "a client of %s could not be let go", bundle.folder().getFileName());
        } finally {
            closeReader();
        }
    }
}
