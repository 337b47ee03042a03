package io.strata.runtime.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.spec.RuntimeSpecs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code docker update}: other limits and another restart policy for a container that is there. */
@ApplicationScoped
public class Updates {
    /** What may be changed; {@code RestartPolicy} too. */
    private static final List<String> LIMITS = List.of(
            "BlkioWeight",
            "CpuShares",
            "CpuPeriod",
            "CpuQuota",
            "CpuRealtimePeriod",
            "CpuRealtimeRuntime",
            "CpusetCpus",
            "CpusetMems",
            "Memory",
            "MemoryReservation",
            "MemorySwap",
            "NanoCpus",
            "PidsLimit");

    private final ContainerStore store;
    private final ContainerLocks locks;
    private final RuntimeSpecs specs;
    private final ProcessSupervisor supervisor;

    Updates(ContainerStore store, ContainerLocks locks, RuntimeSpecs specs, ProcessSupervisor supervisor) {
        this.store = store;
        this.locks = locks;
        this.specs = specs;
        this.supervisor = supervisor;
    }

    /**
     * @param change the request's body; members that are absent, 0 or empty change nothing, as in moby
     * @return warnings
     */
    public List<String> update(String id, JsonNode change) {
        return locks.locked(id, () -> {
            Container container =
                    store.byId(id).orElseThrow(() -> new EngineException.NotFound("No such container: " + id));
            if (container.state() == State.REMOVING || container.state() == State.DEAD) {
                throw new EngineException.Conflict(
                        "Cannot update container " + id + ": container is marked for removal and cannot be \"update\"");
            }
            HostConfig host = changed(container.hostConfig(), change);
            host.restartPolicy().check(host.autoRemove());
            try {
                byte[] resources = specs.resources(LaunchSpec.resources(host));
                if (container.running()) {
                    supervisor.update(id, resources);
                }
            } catch (IOException e) {
                throw new EngineException.Failed("Cannot update container " + id + ": " + e.getMessage(), e);
            }
            store.change(id, c -> c.with(host));
            return List.of();
        });
    }

    static HostConfig changed(HostConfig host, JsonNode change) {
        ObjectNode tree = EngineJson.mapper().valueToTree(host);
        for (Map.Entry<String, JsonNode> member : change.properties()) {
            boolean said = !member.getValue().isNull()
                    && !member.getValue().asText().equals("0")
                    && !(member.getValue().isTextual()
                            && member.getValue().asText().isEmpty());
            boolean policy = member.getKey().equals("RestartPolicy")
                    && !member.getValue().path("Name").asText("").isEmpty();
            if (said && LIMITS.contains(member.getKey()) || policy) {
                tree.set(member.getKey(), member.getValue());
            }
        }
        try {
            return EngineJson.read(tree.toString().getBytes(StandardCharsets.UTF_8), HostConfig.class);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
