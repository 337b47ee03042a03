package io.strata.runtime.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Processes in containers, which outlive this service (conmon holds them). Every call may be made by a service that has
 * just started: what is true is asked of the node (exit files, pids), never remembered.
 */
public interface ProcessSupervisor {
    /**
     * @param id         container id
     * @param bundle     folder with {@code config.json} (see RuntimeSpecs) and everything of this container's processes
     * @param terminal   a pseudo terminal instead of pipes
     * @param openStdin  keep stdin open, for {@code -i}
     * @param stdinOnce  close stdin when the first attached client that had it leaves
     * @param stopSignal e.g. {@code SIGTERM}
     * @param logLimits  of the log that is kept in the bundle
     */
    record Container(
            String id,
            Path bundle,
            boolean terminal,
            boolean openStdin,
            boolean stdinOnce,
            String stopSignal,
            LogLimits logLimits) {
        public Container(
                String id, Path bundle, boolean terminal, boolean openStdin, boolean stdinOnce, String stopSignal) {
            this(id, bundle, terminal, openStdin, stdinOnce, stopSignal, LogLimits.NONE);
        }
    }

    /** How a process ended; {@code code} is 128 + n for signal n. */
    record Exit(int code, boolean oomKilled, Instant at) {}

    enum Status {
        ABSENT,
        CREATED,
        RUNNING,
        PAUSED,
        STOPPED
    }

    /** {@code titles} and {@code processes} as {@code ps -ef} gives them, for {@code docker top}. */
    record Top(List<String> titles, List<List<String>> processes) {}

    /** Namespaces and cgroup are made, the process is not started. @return the init process' pid on this node */
    long create(Container container) throws IOException;

    /** @throws ProcessException with runc's own words; the CLI reads exit codes 126 and 127 out of them */
    void start(String id) throws IOException;

    Status status(String id) throws IOException;

    Optional<Long> pid(String id);

    /** Completes when the container's process has ended, also if it ended while this service was away. */
    CompletableFuture<Exit> exit(String id);

    /** @param signal a name with or without SIG, or a number */
    void signal(String id, String signal) throws IOException;

    void pause(String id) throws IOException;

    void resume(String id) throws IOException;

    /**
     * The live streams of a created or running container; any number of clients. Output is what is written from now on.
     *
     * @param stdin the client has stdin: with {@code stdinOnce} its leaving ends the container's
     */
    Streams attach(String id, boolean stdin) throws IOException;

    /** A client with stdin. */
    default Streams attach(String id) throws IOException {
        return attach(id, true);
    }

    /**
     * What the container's runs so far wrote, from the log in the bundle; the log stays when {@link #delete} has removed
     * the rest. Following ends when the container ends, at once if it does not run.
     */
    LogReader logs(Path bundle, LogQuery query) throws IOException;

    void resize(String id, int rows, int columns) throws IOException;

    Top top(String id, String psArguments) throws IOException;

    /** The processes' pids on this node. */
    List<Long> pids(String id) throws IOException;

    /** Counters of the cgroup (v1 or v2), one sample. */
    CgroupSample sample(String id) throws IOException;

    /**
     * Puts other limits on a running container's cgroup.
     *
     * @param resources the runtime-spec's {@code linux.resources} as JSON (see RuntimeSpecs); what it does not say stays
     */
    void update(String id, byte[] resources) throws IOException;

    /** Removes cgroup, namespaces and process files of a stopped container; what is not there is no error. */
    void delete(String id) throws IOException;

    /**
     * Starts a process in a running container.
     *
     * @param execId  64 hexadecimal digits
     * @param process the runtime-spec's {@code process} object as JSON (see RuntimeSpecs)
     */
    ExecProcess exec(String id, String execId, byte[] process, boolean terminal, boolean openStdin) throws IOException;

    /** A process started by {@link #exec}. */
    interface ExecProcess {
        Optional<Long> pid();

        Streams streams();

        void resize(int rows, int columns) throws IOException;

        /** The exit code. */
        CompletableFuture<Integer> exit();
    }
}
