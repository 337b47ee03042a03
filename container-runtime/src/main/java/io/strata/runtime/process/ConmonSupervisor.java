package io.strata.runtime.process;

import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.process.Bundle.Identity;
import io.strata.runtime.process.Bundle.Supervised;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** conmon and an OCI runtime. What is true of a container lies in its bundle; {@code bundles/<id>} leads to that. */
@ApplicationScoped
public class ConmonSupervisor implements ProcessSupervisor {
    private static final Logger LOG = Logger.getLogger(ConmonSupervisor.class);

    private final ProcessConfig config;
    private final Path bundles;
    private final Path runtimeRoot;
    private final Reactor reactor;
    private final ExitWatch exits;
    private final FolderWatch folders;
    private final StuckClients stuckClients;

    @Inject
    public ConmonSupervisor(ProcessConfig config, NodeConfig node) throws IOException {
        this(config, node.root().resolve("run"));
    }

    /** @param state folder of the runtime's state and of the way to the bundles */
    ConmonSupervisor(ProcessConfig config, Path state) throws IOException {
        this.config = config;
        bundles = Files.createDirectories(state.resolve("bundles"));
        runtimeRoot = Files.createDirectories(state.resolve("runtime"));
        reactor = new Reactor();
        exits = new ExitWatch(reactor);
        folders = new FolderWatch(bundles);
        stuckClients = new StuckClients();
    }

    private OciRuntime runtime() throws IOException {
        return new OciRuntime(Programs.require(config.runtime(), "strata.process.runtime"), runtimeRoot);
    }

    private Conmon conmon() throws IOException {
        return new Conmon(Programs.require(config.conmon(), "strata.process.conmon"), runtime());
    }

    private Optional<Bundle> find(String id) throws IOException {
        try {
            return Optional.of(new Bundle(Files.readSymbolicLink(bundles.resolve(id))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Bundle bundle(String id) throws IOException {
        return find(id).orElseThrow(() -> new ProcessException("container " + id + " has no processes"));
    }

    private Supervised supervised(Bundle bundle) throws IOException {
        return bundle.supervised()
                .orElseThrow(() ->
                        new ProcessException("container " + bundle.folder().getFileName() + " has no processes"));
    }

    @Override
    public long create(Container container) throws IOException {
        Status before = status(container.id());
        if (before != Status.ABSENT && before != Status.STOPPED) {
            throw new ProcessException("container " + container.id() + " has a process already");
        }
        exits.forget(container.id());
        Bundle bundle = new Bundle(container.bundle().toAbsolutePath().normalize());
        remember(container.id(), bundle);
        // What an attempt left that was killed half way
        clear(container.id(), bundle);
        try {
            if (container.openStdin() && !container.terminal()) {
                new StdinFifo(bundle).prepare(Programs.require("sleep", "PATH"), reactor);
            }
            Conmon conmon = conmon();
            int pid = Blocking.call(() -> conmon.create(container, bundle));
            Supervised supervised = new Supervised(
                    container.terminal(),
                    container.openStdin(),
                    container.stdinOnce(),
                    identity(pid),
                    identity(bundle.number("conmon.pid")),
                    Cgroups.of(pid),
                    container.logLimits());
            bundle.write(supervised);
            keepOlderLogs(bundle, container.logLimits());
            return pid;
        } catch (IOException | RuntimeException e) {
            try {
                delete(container.id());
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private static Identity identity(long pid) throws IOException {
        return Identity.of(pid).orElseThrow(() -> new ProcessException("process " + pid + " ended at once"));
    }

    private void remember(String id, Bundle bundle) throws IOException {
        Path link = bundles.resolve(id);
        try {
            Files.createSymbolicLink(link, bundle.folder());
        } catch (FileAlreadyExistsException e) {
            Files.delete(link);
            Files.createSymbolicLink(link, bundle.folder());
        }
    }

    /** Older files are kept by this service; while it is away conmon bounds what there is. */
    private void keepOlderLogs(Bundle bundle, LogLimits limits) throws IOException {
        if (limits.maxBytes() == 0 || limits.maxFiles() < 2) {
            return;
        }
        FolderWatch.Bell bell = folders.watch(bundle.folder());
        ContainerLog log = new ContainerLog(bundle.folder());
        Thread.ofVirtual().start(() -> {
            try (bell) {
                while (!bundle.ended()) {
                    log.keepOlder(limits);
                    bell.await();
                }
                log.keepOlder(limits);
            } catch (IOException e) {
                LOG.warnf(e, "older logs of %s are not kept", bundle.folder().getFileName());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void start(String id) throws IOException {
        runtime().start(id, supervised(bundle(id)).init());
    }

    @Override
    public Status status(String id) throws IOException {
        Optional<Bundle> bundle = find(id);
        Optional<Supervised> supervised = bundle.isPresent() ? bundle.get().supervised() : Optional.empty();
        if (supervised.isEmpty()) {
            return Status.ABSENT;
        }
        if (bundle.get().ended() || !supervised.get().init().alive()) {
            return Status.STOPPED;
        }
        if (Files.exists(new OciRuntime(runtimeRoot, runtimeRoot).startFifo(id))) {
            return Status.CREATED;
        }
        return new Cgroups(supervised.get().cgroups()).frozen() ? Status.PAUSED : Status.RUNNING;
    }

    @Override
    public Optional<Long> pid(String id) {
        try {
            Optional<Bundle> bundle = find(id);
            Optional<Supervised> supervised = bundle.isPresent() ? bundle.get().supervised() : Optional.empty();
            return supervised.isPresent() && supervised.get().init().alive()
                    ? Optional.of(supervised.get().init().pid())
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warnf(e, "the pid of %s cannot be read", id);
            return Optional.empty();
        }
    }

    @Override
    public CompletableFuture<Exit> exit(String id) {
        try {
            return exits.of(id, bundle(id));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void signal(String id, String signal) throws IOException {
        int number = Signals.number(signal);
        Identity init = supervised(bundle(id)).init();
        if (!init.alive()) {
            throw new ProcessException("container " + id + " is not running");
        }
        int pidfd = Kernel.pidfd(init.pid());
        try {
            // The descriptor holds the process; it is ours if it was before that
            if (init.alive()) {
                Kernel.signal(pidfd, number);
            }
        } finally {
            Kernel.close(pidfd);
        }
    }

    @Override
    public void pause(String id) throws IOException {
        runtime().command("pause", id);
    }

    @Override
    public void resume(String id) throws IOException {
        runtime().command("resume", id);
    }

    @Override
    public void update(String id, byte[] resources) throws IOException {
        Path file = bundle(id).file("update.json");
        Files.write(file, resources);
        try {
            runtime().command("update", "--resources", file.toString(), id);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public Streams attach(String id, boolean stdin) throws IOException {
        Bundle bundle = bundle(id);
        LogReader live = LogReader.live(new ContainerLog(bundle.folder()), bundle::ended, folders);
        return new ContainerStreams(bundle, supervised(bundle), stdin, live);
    }

    @Override
    public LogReader logs(Path folder, LogQuery query) throws IOException {
        Bundle bundle = new Bundle(folder.toAbsolutePath().normalize());
        return LogReader.open(new ContainerLog(bundle.folder()), query, bundle::ended, folders);
    }

    @Override
    public void resize(String id, int rows, int columns) throws IOException {
        Terminals.resize(bundle(id).folder(), rows, columns);
    }

    @Override
    public List<Long> pids(String id) throws IOException {
        return new Cgroups(supervised(bundle(id)).cgroups()).pids();
    }

    @Override
    public Top top(String id, String psArguments) throws IOException {
        return ProcessTable.of(pids(id), psArguments);
    }

    @Override
    public CgroupSample sample(String id) throws IOException {
        return new Cgroups(supervised(bundle(id)).cgroups()).sample();
    }

    @Override
    public void delete(String id) throws IOException {
        Optional<Bundle> bundle = find(id);
        if (bundle.isPresent()) {
            clear(id, bundle.get());
            Files.deleteIfExists(bundles.resolve(id));
        } else if (runtime().knows(id)) {
            runtime().command("delete", "--force", id);
        }
        exits.forget(id);
    }

    private void clear(String id, Bundle bundle) throws IOException {
        if (runtime().knows(id)) {
            Optional<Supervised> supervised = bundle.supervised();
            if (supervised.isPresent()) {
                runtime().delete(id, new Cgroups(supervised.get().cgroups()));
            } else {
                runtime().command("delete", "--force", id);
            }
        }
        new StdinFifo(bundle).end();
        bundle.removeRun();
    }

    @Override
    public ExecProcess exec(String id, String execId, byte[] process, boolean terminal, boolean openStdin)
            throws IOException {
        Bundle bundle = bundle(id);
        Identity init = supervised(bundle).init();
        Path folder = Files.createDirectories(bundle.file("execs").resolve(execId));
        try {
            Files.write(folder.resolve("process.json"), process);
            Conmon conmon = conmon();
            Conmon.Exec exec = Blocking.call(() -> conmon.exec(id, execId, folder, terminal, openStdin));
            return ConmonExec.started(folder, exec, init, reactor, stuckClients);
        } catch (IOException | RuntimeException e) {
            Bundle.removeFolder(folder);
            throw e;
        }
    }

    /** Containers go on; their ends are seen by the next service. */
    @PreDestroy
    void close() throws IOException {
        stuckClients.close();
        reactor.close();
        folders.close();
    }
}
