package io.strata.runtime.process;

import io.strata.runtime.process.Bundle.Identity;
import io.strata.runtime.process.Bundle.Supervised;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Tells when containers have ended. conmon writes the exit code and then ends: its end is what is waited for, so that an
 * end while this service was away is seen as one that comes now.
 */
final class ExitWatch {
    private static final Logger LOG = Logger.getLogger(ExitWatch.class);

    /** Docker's code for a container whose end nobody saw: the machine went down, or conmon was killed. */
    private static final int LOST = 255;

    private final Reactor reactor;
    private final Map<String, CompletableFuture<Exit>> exits = new ConcurrentHashMap<>();

    ExitWatch(Reactor reactor) {
        this.reactor = reactor;
    }

    /** @throws ProcessException when no process was started */
    CompletableFuture<Exit> of(String id, Bundle bundle) throws IOException {
        Supervised supervised = bundle.supervised()
                .orElseThrow(() ->
                        new ProcessException("no process of " + bundle.folder().getFileName() + " was started"));
        return exits.computeIfAbsent(id, _ -> watch(supervised, bundle)).copy();
    }

    void forget(String id) {
        exits.remove(id);
    }

    private CompletableFuture<Exit> watch(Supervised supervised, Bundle bundle) {
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        Runnable complete = () -> complete(bundle, exit);
        await(supervised.conmon(), () -> await(supervised.init(), complete, bundle, exit), bundle, exit);
        return exit;
    }

    /** Normally conmon's end is the container's; one that was killed leaves the container's process behind. */
    private void await(Identity process, Runnable then, Bundle bundle, CompletableFuture<Exit> exit) {
        try {
            if (Files.exists(bundle.file("exit")) || !process.alive()) {
                then.run();
                return;
            }
            int pidfd = Kernel.pidfd(process.pid());
            reactor.once(pidfd, () -> {
                Kernel.close(pidfd);
                Thread.ofVirtual().start(then);
            });
        } catch (KernelException e) {
            if (e.errno() == Kernel.ESRCH) {
                then.run();
            } else {
                exit.completeExceptionally(e);
            }
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    private static void complete(Bundle bundle, CompletableFuture<Exit> exit) {
        try {
            if (!Files.exists(bundle.file("exit"))) {
                LOG.warnf("nobody saw %s end", bundle.folder().getFileName());
                Files.writeString(bundle.file("exit"), Integer.toString(LOST));
            }
            Exit seen = bundle.exit().orElseThrow();
            exit.complete(new Exit(seen.code(), seen.oomKilled() || oomKilled(bundle), seen.at()));
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    /** conmon can miss it when the process ends at the same moment; the cgroup's counter is there until the delete. */
    private static boolean oomKilled(Bundle bundle) throws IOException {
        Optional<Supervised> supervised = bundle.supervised();
        return supervised.isPresent() && new Cgroups(supervised.get().cgroups()).oomKilled();
    }
}
