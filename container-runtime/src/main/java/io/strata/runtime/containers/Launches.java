package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.NetworkException;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.PortBindings;
import io.strata.runtime.process.LogLimits;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.spec.RuntimeSpecs;
import io.strata.runtime.volumes.MountPoint;
import io.strata.runtime.volumes.Volumes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Makes a container's process out of its definition, and takes away what a process leaves: root, network, cgroup. Knows no
 * rows; the caller holds the container's lock.
 */
@ApplicationScoped
public class Launches {
    private static final Logger LOG = Logger.getLogger(Launches.class);

    private final ProcessSupervisor supervisor;
    private final RuntimeSpecs specs;
    private final NodeNetwork network;
    private final Volumes volumes;
    private final RootMounts mounts;
    private final Attachments attachments;
    private final ContainerFolders folders;
    private final ContainerStore store;

    Launches(
            ProcessSupervisor supervisor,
            RuntimeSpecs specs,
            NodeNetwork network,
            Volumes volumes,
            RootMounts mounts,
            Attachments attachments,
            ContainerFolders folders,
            ContainerStore store) {
        this.supervisor = supervisor;
        this.specs = specs;
        this.network = network;
        this.volumes = volumes;
        this.mounts = mounts;
        this.attachments = attachments;
        this.folders = folders;
        this.store = store;
    }

    /**
     * @return process 1 on this node
     * @throws io.strata.runtime.process.ProcessException with runc's words
     * @throws IOException for everything else; nothing is left of the attempt
     */
    long launch(Container container) throws IOException {
        String id = container.id();
        try {
            Path root = mounts.use(id, RootMounts.PROCESS);
            if (container.run().startedAt().isEmpty()) {
                populate(container, root);
            }
            Connected connected = connect(container);
            Path bundle = folders.of(id);
            specs.write(bundle, LaunchSpec.of(container, root, connected, this::pidOf));
            Config config = container.config();
            long pid = supervisor.create(new ProcessSupervisor.Container(
                    id,
                    bundle,
                    config.tty(),
                    config.openStdin(),
                    config.stdinOnce(),
                    config.stopSignal().isEmpty() ? "SIGTERM" : config.stopSignal(),
                    LogLimits.of(container.hostConfig().logConfig().config())));
            attachments.connect(id);
            supervisor.start(id);
            return pid;
        } catch (IOException | RuntimeException e) {
            attachments.abandon(id);
            try {
                clear(id);
            } catch (IOException leftover) {
                e.addSuppressed(leftover);
            }
            throw e;
        }
    }

    /** Takes away what the process had; what is not there is no error. Everything is tried, the first failure is told. */
    void clear(String id) throws IOException {
        IOException failure = null;
        for (Step step : List.<Step>of(
                () -> supervisor.delete(id),
                () -> network.disconnect(id),
                () -> mounts.release(id, RootMounts.PROCESS))) {
            try {
                step.run();
            } catch (IOException e) {
                LOG.warnf("cleaning up after container %s: %s", id, e.getMessage());
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void populate(Container container, Path root) throws IOException {
        for (MountPoint mount : container.mounts()) {
            if (mount.populate()) {
                Volumes.Volume volume = volumes.find(mount.name())
                        .orElseThrow(() -> new EngineException.NotFound("get " + mount.name() + ": no such volume"));
                volumes.populate(volume, root, mount.destination());
            }
        }
    }

    private Connected connect(Container container) throws IOException {
        HostConfig host = container.hostConfig();
        boolean published = !host.networkMode().equals("host")
                && !host.networkMode().equals("none")
                && !host.networkMode().startsWith("container:");
        List<PortRequest> ports = published
                ? PortBindings.parse(
                        host.portBindings(), container.config().exposedPorts().keySet(), host.publishAllPorts())
                : List.of();
        try {
            return network.connect(LaunchSpec.network(container, folders.of(container.id()), ports));
        } catch (NetworkException e) {
            throw refusal(e);
        }
    }

    private static EngineException refusal(NetworkException e) {
        return switch (e.reason()) {
            case INVALID -> new EngineException.InvalidInput(e.getMessage());
            case FORBIDDEN -> new EngineException.Forbidden(e.getMessage());
            case NOT_FOUND -> new EngineException.NotFound(e.getMessage());
            case CONFLICT -> new EngineException.Conflict(e.getMessage());
            case NOT_IMPLEMENTED -> new EngineException.NotImplemented(e.getMessage());
            case FAILED -> new EngineException.Failed(e.getMessage(), e);
        };
    }

    private long pidOf(String name) {
        Container other = store.byName(name)
                .or(() -> store.byId(name))
                .orElseThrow(() -> new EngineException.NotFound("No such container: " + name));
        if (!other.running()) {
            throw new EngineException.Conflict(
                    "cannot join the namespaces of a non running container: container " + name + " is not running");
        }
        return supervisor
                .pid(other.id())
                .orElseThrow(() -> new EngineException.Conflict("container " + name + " is not running"));
    }
}
