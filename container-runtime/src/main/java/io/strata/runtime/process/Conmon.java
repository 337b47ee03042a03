package io.strata.runtime.process;

import io.strata.runtime.process.ProcessSupervisor.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts conmon: one for each container and for each exec, which stays when this service goes. */
record Conmon(Path program, OciRuntime runtime) {
    private static final int SYNC = 3;
    private static final int START = 4;
    private static final int ATTACH = 5;

    /**
     * @return the pid of the container's process, which waits for its start
     * @throws ProcessException with the runtime's words
     */
    int create(Container container, Bundle bundle) throws IOException {
        List<String> command = common(container.id(), bundle.folder());
        command.addAll(List.of("--cuuid", container.id(), "--log-path", "k8s-file:log"));
        command.addAll(runtimeArguments(container, bundle));
        if (container.logLimits().maxBytes() > 0) {
            command.addAll(List.of(
                    "--log-size-max", Long.toString(container.logLimits().maxBytes())));
        }
        if (container.terminal()) {
            command.add("--terminal");
        }
        if (container.openStdin() && container.terminal()) {
            command.addAll(List.of("--stdin", "--leave-stdin-open"));
        }
        try (SyncPipe sync = new SyncPipe()) {
            spawn(command, bundle.folder(), List.of("_OCI_SYNCPIPE=" + SYNC), sync.writeEnd());
            sync.given();
            return pid(sync, bundle.folder());
        }
    }

    /** Without a terminal, stdin is a FIFO in the bundle (see StdinFifo), which only a shell can put there. */
    private List<String> runtimeArguments(Container container, Bundle bundle) {
        List<String> arguments = new ArrayList<>();
        if (container.openStdin() && !container.terminal()) {
            arguments.addAll(List.of("--runtime", "/bin/sh"));
            arguments.addAll(argument("-c"));
            arguments.addAll(argument("exec \"$0\" \"$@\" <stdin"));
            arguments.addAll(argument(runtime.program().toString()));
        } else {
            arguments.addAll(List.of("--runtime", runtime.program().toString()));
        }
        arguments.addAll(stateArguments(bundle.folder()));
        return arguments;
    }

    private List<String> stateArguments(Path folder) {
        List<String> arguments = new ArrayList<>(argument("--root=" + runtime.root()));
        arguments.addAll(argument("--log=" + folder.resolve("runtime.log")));
        arguments.addAll(argument("--log-format=json"));
        return arguments;
    }

    private static List<String> argument(String value) {
        return List.of("--runtime-arg=" + value);
    }

    private List<String> common(String containerId, Path folder) {
        return new ArrayList<>(List.of(
                program.toString(),
                "--api-version",
                "1",
                "--cid",
                containerId,
                "--bundle",
                folder.toString(),
                "--full-attach",
                "--persist-dir",
                folder.toString(),
                "--container-pidfile",
                folder.resolve("pid").toString(),
                "--conmon-pidfile",
                folder.resolve("conmon.pid").toString(),
                "--no-sync-log"));
    }

    /** What is running, and its pipes. */
    record Exec(int pid, int attached, SyncPipe sync) {}

    /**
     * Starts a process in the container, after this has attached to it so that nothing of its output is missed.
     *
     * @param folder of the exec, with {@code process.json}
     */
    Exec exec(String containerId, String execId, Path folder, boolean terminal, boolean stdin) throws IOException {
        List<String> command = common(containerId, folder);
        command.addAll(List.of("--cuuid", execId, "--log-path", "none", "--exec", "--exec-attach"));
        command.addAll(
                List.of("--exec-process-spec", folder.resolve("process.json").toString()));
        command.addAll(List.of("--runtime", runtime.program().toString()));
        command.addAll(stateArguments(folder));
        if (terminal) {
            command.add("--terminal");
        }
        if (stdin) {
            command.add("--stdin");
        }
        SyncPipe sync = new SyncPipe();
        int[] start = Kernel.pipe();
        int attached = -1;
        try (SyncPipe attach = new SyncPipe()) {
            List<String> pipes =
                    List.of("_OCI_SYNCPIPE=" + SYNC, "_OCI_STARTPIPE=" + START, "_OCI_ATTACHPIPE=" + ATTACH);
            // The first byte lets conmon begin, the second lets the process begin
            Kernel.writeFully(start[1], new byte[1], 0, 1);
            spawn(command, folder, pipes, sync.writeEnd(), start[0], attach.writeEnd());
            sync.given();
            attach.given();
            if (attach.next().isEmpty()) {
                throw failure(Optional.empty(), folder);
            }
            attached = Kernel.connectPackets(folder, "attach");
            Kernel.writeFully(start[1], new byte[1], 0, 1);
            return new Exec(pid(sync, folder), attached, sync);
        } catch (IOException | RuntimeException e) {
            sync.close();
            if (attached >= 0) {
                Kernel.close(attached);
            }
            throw e;
        } finally {
            Kernel.close(start[0]);
            Kernel.close(start[1]);
        }
    }

    private static void spawn(List<String> command, Path folder, List<String> pipes, int... descriptors)
            throws IOException {
        List<String> environment = new ArrayList<>(OciRuntime.ENVIRONMENT);
        environment.addAll(pipes);
        Spawn spawn = new Spawn(command, environment, folder, folder.resolve("conmon.log"), descriptors);
        // conmon forks and its first process ends
        Spawn.reap(spawn.start());
    }

    private static int pid(SyncPipe sync, Path folder) throws IOException {
        Optional<SyncPipe.Word> word = sync.next();
        if (word.isEmpty() || word.get().data() <= 0) {
            throw failure(word.flatMap(SyncPipe.Word::message), folder);
        }
        return word.get().data();
    }

    private static ProcessException failure(Optional<String> told, Path folder) throws IOException {
        Optional<String> words = OciRuntime.lastError(folder.resolve("runtime.log"));
        String text = words.or(() -> told.map(String::strip))
                .orElse("conmon ended and did not say why; see " + folder.resolve("conmon.log"));
        return new ProcessException(text);
    }
}
