package io.strata.runtime.containers;

import io.strata.runtime.containers.Attachment.Wanted;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.process.ProcessException;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.ProcessSupervisor.ExecProcess;
import io.strata.runtime.spec.ContainerSpec.ConsoleSize;
import io.strata.runtime.spec.ExecSpec;
import io.strata.runtime.spec.RuntimeSpecs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Further processes of this node's containers ({@code docker exec}). They are not written down: as dockerd's, they end with it. */
@ApplicationScoped
public class Execs {
    /** How long an ended one can be asked for its exit code. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    /** Of those that were asked for and never started, too. */
    private static final int MOST = 10_000;

    private final ProcessSupervisor supervisor;
    private final RuntimeSpecs specs;
    private final Containers containers;
    private final ContainerFolders folders;
    private final ContainerActions actions;
    private final NodeConfig node;
    private final Map<String, Exec> execs = new ConcurrentHashMap<>();

    Execs(
            ProcessSupervisor supervisor,
            RuntimeSpecs specs,
            Containers containers,
            ContainerFolders folders,
            ContainerActions actions,
            NodeConfig node) {
        this.supervisor = supervisor;
        this.specs = specs;
        this.containers = containers;
        this.folders = folders;
        this.actions = actions;
        this.node = node;
    }

    /** @throws EngineException.Conflict when the container does not run, or is paused */
    public Exec create(String containerId, ExecRequest request) {
        if (request.cmd().isEmpty()) {
            throw new EngineException.InvalidInput("No exec command specified");
        }
        DetachKeys.parse(request.detachKeys());
        Container container = running(containerId);
        forgetOld();
        Exec exec = new Exec(Ids.randomOn(node.name()), container.id(), request);
        execs.put(exec.id(), exec);
        act(exec, container, "exec_create: " + String.join(" ", request.cmd()), Map.of());
        return exec;
    }

    public Exec find(String id) {
        Exec exec = execs.get(id);
        if (exec == null) {
            throw new EngineException.NotFound("No such exec instance: " + id);
        }
        return exec;
    }

    /** Whether an exec with that id was made on that node. */
    public static boolean belongsTo(String id, String nodeName) {
        return Ids.isOn(id, nodeName);
    }

    /** Those of a container that run. */
    public List<String> of(String containerId) {
        return execs.values().stream()
                .filter(e -> e.containerId().equals(containerId) && e.running())
                .map(Exec::id)
                .toList();
    }

    /** What became of a start: the client's streams, or the runtime's refusal as text for the client's terminal. */
    public record Started(Attachment attachment, Optional<String> refusal) {}

    /**
     * Starts it.
     *
     * @param attached a client will be served; else its output goes nowhere
     * @throws EngineException when it ran already, or its container does not run (any more)
     */
    public Started start(String id, boolean attached, List<Integer> size) throws IOException {
        Exec exec = find(id);
        Container container = running(exec.containerId());
        if (!exec.begin()) {
            throw new EngineException.Conflict("exec " + id + " has already run");
        }
        ExecRequest request = exec.request();
        Attachment attachment = new Attachment(new Wanted(
                attached && request.attachStdin(),
                request.attachStdout(),
                request.attachStderr(),
                true,
                request.tty() ? Optional.of(DetachKeys.parse(request.detachKeys())) : Optional.empty()));
        try {
            byte[] process = specs.process(spec(exec, size));
            ExecProcess started =
                    supervisor.exec(container.id(), id, process, request.tty(), attached && request.attachStdin());
            exec.started(started);
            attachment.connect(started.streams());
            act(exec, container, "exec_start: " + String.join(" ", request.cmd()), Map.of());
            started.exit().whenComplete((code, error) -> {
                int exitCode = error == null ? code : Reconciliation.LOST;
                exec.ended(exitCode);
                act(exec, container, "exec_die", Map.of("exitCode", Integer.toString(exitCode)));
            });
            return new Started(attachment, Optional.empty());
        } catch (ProcessException e) {
            exec.ended(StartErrors.exitCode(e.getMessage()));
            if (!attached) {
                throw StartErrors.execRefusal(e);
            }
            return new Started(
                    attachment, Optional.of(StartErrors.execRefusal(e).getMessage()));
        } catch (IOException | RuntimeException e) {
            exec.ended(StartErrors.NOT_EXECUTABLE);
            throw e;
        }
    }

    private ExecSpec spec(Exec exec, List<Integer> size) {
        ExecRequest request = exec.request();
        List<Integer> asked = size == null ? request.consoleSize() : size;
        return new ExecSpec(
                folders.of(exec.containerId()),
                request.cmd(),
                request.env(),
                Optional.of(request.workingDir()).filter(dir -> !dir.isEmpty()),
                Optional.of(request.user()).filter(user -> !user.isEmpty()),
                request.privileged(),
                request.tty(),
                asked != null && asked.size() == 2 && asked.get(0) > 0 && asked.get(1) > 0
                        ? Optional.of(new ConsoleSize(asked.get(0), asked.get(1)))
                        : Optional.empty());
    }

    public void resize(String id, int rows, int columns) throws IOException {
        Exec exec = find(id);
        ExecProcess process = exec.process()
                .filter(p -> exec.running())
                .orElseThrow(() -> new EngineException.Conflict("exec " + id + " is not running"));
        process.resize(rows, columns);
    }

    private Container running(String containerId) {
        Container container = containers.find(containerId);
        if (!container.running()) {
            throw new EngineException.Conflict("container " + container.id() + " is not running");
        }
        if (container.paused()) {
            throw new EngineException.Conflict(
                    "container " + container.id() + " is paused, unpause the container before exec");
        }
        return container;
    }

    private void forgetOld() {
        Instant old = Instant.now().minus(KEPT);
        execs.values().removeIf(exec -> exec.endedBefore(old));
        if (execs.size() >= MOST) {
            throw new EngineException.Conflict("there are " + execs.size() + " exec instances already");
        }
    }

    private void act(Exec exec, Container container, String action, Map<String, String> more) {
        Map<String, String> attributes = new java.util.HashMap<>(more);
        attributes.put("execID", exec.id());
        actions.acted(container, action, attributes);
    }
}
