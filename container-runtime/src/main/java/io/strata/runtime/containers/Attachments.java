package io.strata.runtime.containers;

import io.strata.runtime.containers.Attachment.Wanted;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessSupervisor;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Clients at the streams of containers' processes; those of a container that does not run yet wait for its start. */
@ApplicationScoped
public class Attachments {
    private final ProcessSupervisor supervisor;
    private final ContainerStore store;
    private final ContainerLocks locks;
    private final Map<String, List<Attachment>> waiting = new ConcurrentHashMap<>();

    Attachments(ProcessSupervisor supervisor, ContainerStore store, ContainerLocks locks) {
        this.supervisor = supervisor;
        this.store = store;
        this.locks = locks;
    }

    /** @throws EngineException.Conflict when the container is paused or between two starts */
    public Attachment open(String id, boolean stdin, boolean stdout, boolean stderr, String detachKeys)
            throws IOException {
        DetachKeys keys = DetachKeys.parse(detachKeys);
        return locks.locked(id, () -> {
            Container container =
                    store.byId(id).orElseThrow(() -> new EngineException.NotFound("No such container: " + id));
            if (container.paused()) {
                throw new EngineException.Conflict(
                        "container " + id + " is paused, unpause the container before attach");
            }
            if (container.state() == State.RESTARTING) {
                throw new EngineException.Conflict(
                        "container " + id + " is restarting, wait until the container is running");
            }
            Config config = container.config();
            Attachment attachment = new Attachment(new Wanted(
                    stdin && config.openStdin(),
                    stdout,
                    stderr,
                    config.stdinOnce() && !config.tty(),
                    config.tty() ? Optional.of(keys) : Optional.empty()));
            if (container.running()) {
                attachment.connect(supervisor.attach(id, attachment.takesStdin()));
            } else {
                waiting.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(attachment);
            }
            return attachment;
        });
    }

    /** The process is made and not started: now nothing of its output can be missed. */
    void connect(String id) throws IOException {
        for (Attachment attachment : take(id)) {
            attachment.connect(supervisor.attach(id, attachment.takesStdin()));
        }
    }

    /** The process did not start, or the container goes. */
    void abandon(String id) {
        take(id).forEach(Attachment::abandon);
    }

    private List<Attachment> take(String id) {
        List<Attachment> taken = waiting.remove(id);
        return taken == null ? List.of() : taken;
    }
}
