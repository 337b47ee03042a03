package io.strata.runtime.containers;

import io.strata.runtime.process.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A client at a process' streams. It is made before the client has its answer, and perhaps before there is a process, so that
 * no output is missed; {@link #serve} then joins the two.
 */
public final class Attachment implements Streams.Output {
    private static final int BUFFER = 32 << 10;

    private final Wanted wanted;
    private final CompletableFuture<Frames> client = new CompletableFuture<>();
    private final CompletableFuture<Streams> process = new CompletableFuture<>();
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();

    /**
     * Which of the streams the client wants.
     *
     * @param endsStdin    the end of the client's input is the end of the process' stdin; else the client just leaves
     * @param detachKeys   looked for in the input, when there is a terminal
     */
    record Wanted(boolean stdin, boolean stdout, boolean stderr, boolean endsStdin, Optional<DetachKeys> detachKeys) {}

    Attachment(Wanted wanted) {
        this.wanted = wanted;
    }

    boolean takesStdin() {
        return wanted.stdin();
    }

    void connect(Streams streams) {
        streams.deliverTo(this);
        if (!process.complete(streams)) {
            streams.close();
        }
    }

    /** There will be no process. */
    void abandon() {
        process.completeExceptionally(new IOException("the process did not start"));
        over.complete(false);
    }

    /**
     * Carries the bytes until the process' output ends or the client leaves. The caller closes the connection then, which
     * also ends the carrying of stdin.
     *
     * @param input of the client; its end does not mean that the client is gone
     * @param tasks runs the carrying of stdin
     * @return whether the client left by its detach keys
     */
    public boolean serve(InputStream input, Frames output, Tasks tasks) throws InterruptedException {
        client.complete(output);
        if (wanted.stdin()) {
            tasks.run("stdin of a client", () -> pump(input));
        }
        try {
            return over.get();
        } catch (ExecutionException e) {
            return false;
        } finally {
            leave();
        }
    }

    /** The client is gone before it was served. */
    public void leave() {
        client.completeExceptionally(new IOException("the client left"));
        over.complete(false);
        if (!process.completeExceptionally(new IOException("the client left"))) {
            process.thenAccept(Streams::close);
        }
    }

    private void pump(InputStream input) {
        try {
            Streams streams = process.get();
            byte[] buffer = new byte[BUFFER];
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                if (wanted.detachKeys().isEmpty()) {
                    streams.writeStdin(buffer, 0, count);
                } else {
                    DetachKeys.Passed passed = wanted.detachKeys().get().pass(buffer, 0, count);
                    streams.writeStdin(passed.bytes(), 0, passed.bytes().length);
                    if (passed.detached()) {
                        over.complete(true);
                        return;
                    }
                }
            }
            if (wanted.endsStdin()) {
                streams.closeStdin();
            } else {
                over.complete(false);
            }
        } catch (IOException | ExecutionException ended) {
            // The process takes no more input, or the client is gone; the output says when it is over.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void write(int stream, byte[] bytes, int offset, int length) throws IOException {
        if (stream == Frames.STDERR ? !wanted.stderr() : !wanted.stdout()) {
            return;
        }
        try {
            client.get().write(stream, bytes, offset, length);
        } catch (ExecutionException e) {
            throw new IOException("the client left", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException gone) {
            over.complete(false);
            throw gone;
        }
    }

    @Override
    public void ended() {
        over.complete(false);
    }
}
