package io.strata.runtime.process;

import io.strata.runtime.process.Bundle.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** A process that was started in a running container. Its folder goes when it has ended. */
final class ConmonExec implements ProcessSupervisor.ExecProcess {
    private static final Logger LOG = Logger.getLogger(ConmonExec.class);

    private final Path folder;
    private final Conmon.Exec exec;
    private final ExecStreams streams;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private ConmonExec(Path folder, Conmon.Exec exec) {
        this.folder = folder;
        this.exec = exec;
        this.streams = new ExecStreams(exec.attached());
    }

    static ConmonExec started(Path folder, Conmon.Exec exec, Identity init, Reactor reactor, StuckClients stuck)
            throws IOException {
        ConmonExec process = new ConmonExec(folder, exec);
        stuck.add(process.streams, init);
        process.exit.whenComplete((_, _) -> stuck.remove(process.streams));
        reactor.once(exec.sync().readEnd(), () -> Blocking.run(process::ended));
        return process;
    }

    private void ended() {
        try (SyncPipe sync = exec.sync()) {
            Optional<SyncPipe.Word> word = sync.next();
            if (word.isPresent()) {
                exit.complete(word.get().data());
            } else {
                exit.completeExceptionally(new ProcessException("the exec's conmon was killed"));
            }
            Bundle.removeFolder(folder);
        } catch (IOException e) {
            exit.completeExceptionally(e);
            LOG.warnf(e, "the end of exec %s was not read", folder.getFileName());
        }
    }

    @Override
    public Optional<Long> pid() {
        return Optional.of((long) exec.pid());
    }

    @Override
    public Streams streams() {
        return streams;
    }

    @Override
    public void resize(int rows, int columns) throws IOException {
        if (Files.exists(folder)) {
            Terminals.resize(folder, rows, columns);
        }
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }
}
