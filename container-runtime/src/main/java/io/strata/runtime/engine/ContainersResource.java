package io.strata.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.containers.Config;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.ContainerFolders;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.CreateRequest;
import io.strata.runtime.containers.Creations;
import io.strata.runtime.containers.Execs;
import io.strata.runtime.containers.HostConfig;
import io.strata.runtime.containers.Lifecycle;
import io.strata.runtime.containers.NetworkingConfig;
import io.strata.runtime.containers.Removals;
import io.strata.runtime.containers.Updates;
import io.strata.runtime.containers.Waits;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import io.strata.runtime.snapshots.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code /containers}: what makes, changes and shows containers. Their streams are {@link StreamsResource}'s. */
@ApplicationScoped
public class ContainersResource implements EngineRoutes {
    private final Containers containers;
    private final Creations creations;
    private final Lifecycle lifecycle;
    private final Removals removals;
    private final Updates updates;
    private final Execs execs;
    private final Snapshots snapshots;
    private final NodeFacts facts;
    private final ContainerFolders folders;

    ContainersResource(
            Containers containers,
            Creations creations,
            Lifecycle lifecycle,
            Removals removals,
            Updates updates,
            Execs execs,
            Snapshots snapshots,
            NodeFacts facts,
            ContainerFolders folders) {
        this.containers = containers;
        this.creations = creations;
        this.lifecycle = lifecycle;
        this.removals = removals;
        this.updates = updates;
        this.execs = execs;
        this.snapshots = snapshots;
        this.facts = facts;
        this.folders = folders;
    }

    @Override
    public void register(Router router) {
        router.post("/containers/create", this::create);
        router.get("/containers/{id}/json", this::inspect);
        router.get("/containers/{id}/changes", this::changes);
        router.get("/containers/{id}/top", this::top);
        router.post("/containers/{id}/start", call -> {
            lifecycle.start(id(call));
            call.empty(204);
        });
        router.post("/containers/{id}/stop", call -> {
            lifecycle.stop(id(call), call.query("signal"), call.number("t"));
            call.empty(204);
        });
        router.post("/containers/{id}/restart", call -> {
            lifecycle.restart(id(call), call.query("signal"), call.number("t"));
            call.empty(204);
        });
        router.post("/containers/{id}/kill", call -> {
            lifecycle.kill(id(call), call.query("signal").orElse("KILL"));
            call.empty(204);
        });
        router.post("/containers/{id}/pause", call -> {
            lifecycle.pause(id(call));
            call.empty(204);
        });
        router.post("/containers/{id}/unpause", call -> {
            lifecycle.unpause(id(call));
            call.empty(204);
        });
        router.post("/containers/{id}/rename", call -> {
            lifecycle.rename(id(call), call.query("name").orElse(""));
            call.empty(204);
        });
        router.post("/containers/{id}/resize", call -> {
            lifecycle.resize(id(call), dimension(call, "h"), dimension(call, "w"));
            call.empty(200);
        });
        router.post("/containers/{id}/update", this::update);
        router.post("/containers/{id}/wait", this::await);
        router.delete("/containers/{id}", this::remove);
    }

    private String id(Call call) {
        return containers.find(call.path("id")).id();
    }

    static int dimension(Call call, String name) {
        long value = call.number(name)
                .orElseThrow(() -> new EngineException.InvalidInput("invalid resize " + name + ": a number is needed"));
        if (value < 0 || value > 65_535) {
            throw new EngineException.InvalidInput("invalid resize " + name + ": " + value);
        }
        return (int) value;
    }

    private void create(Call call) throws IOException {
        JsonNode body = call.body(JsonNode.class);
        if (!body.isObject()) {
            throw new EngineException.InvalidInput("config cannot be empty in order to create a container");
        }
        checkPlatform(call);
        Creations.Created created = creations.create(new CreateRequest(
                call.query("name"),
                part(body, Config.class),
                part(body.path("HostConfig"), HostConfig.class),
                body.path("NetworkingConfig").isObject()
                        ? part(body.path("NetworkingConfig"), NetworkingConfig.class)
                        : NetworkingConfig.NONE));
        call.json(201, Json.of("Id", created.id(), "Warnings", created.warnings()));
    }

    private static void checkPlatform(Call call) {
        call.query("platform").ifPresent(platform -> {
            String[] parts = platform.split("/");
            if (!parts[0].equals("linux") || parts.length > 1 && !parts[1].equals(Machine.architecture())) {
                throw new EngineException.NotFound("image was found but does not match the specified platform: wanted "
                        + platform + ", actual: linux/" + Machine.architecture());
            }
        });
    }

    private static <T> T part(JsonNode node, Class<T> type) throws IOException {
        String json = node.isObject() ? node.toString() : "{}";
        return EngineJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private void inspect(Call call) throws IOException {
        Container container = containers.find(call.path("id"));
        Map<String, Object> shown =
                InspectView.of(container, facts, execs.of(container.id()), folders.of(container.id()));
        if (call.flag("size")) {
            long writable = facts.writable(container);
            shown.put("SizeRw", writable);
            shown.put("SizeRootFs", writable + facts.imageSize(container));
        }
        call.json(200, shown);
    }

    private void changes(Call call) throws IOException {
        List<Map<String, Object>> changes = snapshots.changes(id(call)).stream()
                .map(c -> Json.of("Path", c.path(), "Kind", c.kind().ordinal()))
                .toList();
        call.json(200, changes);
    }

    private void top(Call call) throws IOException {
        ProcessSupervisor.Top top =
                lifecycle.top(id(call), call.query("ps_args").orElse(""));
        call.json(200, Json.of("Titles", top.titles(), "Processes", top.processes()));
    }

    private void update(Call call) throws IOException {
        JsonNode body = call.body(JsonNode.class);
        call.json(200, Json.of("Warnings", updates.update(id(call), body)));
    }

    /** The head of the answer goes before anything happens: the CLI starts the container when it has it. */
    private void await(Call call) throws IOException {
        Waits.Condition condition =
                Waits.Condition.parse(call.query("condition").orElse(""));
        String id = id(call);
        CompletableFuture<Integer> exit = lifecycle.await(id, condition);
        call.body().readAllBytes();
        call.whenGone(() -> exit.cancel(false));
        try (OutputStream out = call.stream("application/json")) {
            String body = EngineJson.text(Json.of("Error", null, "StatusCode", exit.join()));
            out.write((body + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (CancellationException | CompletionException gone) {
            throw new IOException("the client left", gone);
        }
    }

    private void remove(Call call) throws IOException {
        Container container = containers.find(call.path("id"));
        if (call.flag("link")) {
            throw new EngineException.InvalidInput("Cannot get parent / for name: legacy links are not supported");
        }
        removals.remove(container, call.flag("force"), call.flag("v"));
        call.empty(204);
    }
}
