package io.strata.runtime.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.strata.runtime.process.Bundle.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The stdin of a container without a terminal: a FIFO in its bundle. A process that does nothing holds it open for
 * writing, so that the container sees no end of input while nobody is attached or this service is away; ending that
 * process ends the input. (conmon's own stdin either ends with any client that leaves, or never.)
 */
final class StdinFifo {
    private final Bundle bundle;

    StdinFifo(Bundle bundle) {
        this.bundle = bundle;
    }

    private Path fifo() {
        return bundle.file("stdin");
    }

    /** Before the container is created: its process opens the FIFO to read. */
    void prepare(Path sleep, Reactor reactor) throws IOException {
        Kernel.mkfifo(fifo().toString(), 0600);
        int both = Kernel.open(fifo().toString(), Kernel.O_RDWR);
        try {
            int write = Kernel.open(fifo().toString(), Kernel.O_WRONLY);
            try {
                hold(sleep, reactor, write);
            } finally {
                Kernel.close(write);
            }
        } finally {
            Kernel.close(both);
        }
    }

    private void hold(Path sleep, Reactor reactor, int write) throws IOException {
        Spawn spawn = new Spawn(
                List.of(sleep.toString(), "infinity"),
                OciRuntime.ENVIRONMENT,
                Path.of("/"),
                bundle.file("conmon.log"),
                write);
        int pid = spawn.start();
        Identity holder = Identity.of(pid).orElseThrow(() -> new IOException(sleep + " ended at once"));
        Files.write(bundle.file("stdin.holder"), Bundle.JSON.writeValueAsBytes(holder));
        int pidfd = Kernel.pidfd(pid);
        reactor.once(pidfd, () -> {
            Kernel.close(pidfd);
            try {
                Spawn.reap(pid);
            } catch (IOException reaped) {
                throw new IllegalStateException(reaped);
            }
        });
    }

    /** Empty when the input has ended, or the container: nobody reads then. */
    Optional<Integer> openForWriting() throws IOException {
        if (!Files.exists(bundle.file("stdin.holder"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Kernel.openToWrite(fifo().toString()));
        } catch (KernelException e) {
            if (e.errno() == Kernel.ENXIO || e.errno() == Kernel.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The container reads its end of input once nobody else has the FIFO open for writing. Again changes nothing. */
    void end() throws IOException {
        Path file = bundle.file("stdin.holder");
        try {
            Identity holder = Bundle.JSON.readValue(Files.readAllBytes(file), Identity.class);
            if (holder.alive()) {
                int pidfd = Kernel.pidfd(holder.pid());
                try {
                    Kernel.signal(pidfd, Kernel.SIGKILL);
                } finally {
                    Kernel.close(pidfd);
                }
            }
        } catch (NoSuchFileException ended) {
            return;
        } catch (KernelException e) {
            if (e.errno() != Kernel.ESRCH) {
                throw e;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
        Files.deleteIfExists(file);
    }
}
