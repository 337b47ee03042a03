package io.strata.runtime.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.runtime.containers.Attachment;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.Exec;
import io.strata.runtime.containers.ExecRequest;
import io.strata.runtime.containers.Execs;
import io.strata.runtime.containers.Frames;
import io.strata.runtime.containers.Tasks;
import io.strata.runtime.http.Hijacked;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code /exec} and {@code /containers/{id}/exec}. */
@ApplicationScoped
public class ExecResource implements EngineRoutes {
    private final Containers containers;
    private final Execs execs;
    private final Tasks tasks;

    ExecResource(Containers containers, Execs execs, Tasks tasks) {
        this.containers = containers;
        this.execs = execs;
        this.tasks = tasks;
    }

    @Override
    public void register(Router router) {
        router.post("/containers/{id}/exec", this::create);
        router.post("/exec/{id}/start", this::start);
        router.post("/exec/{id}/resize", call -> {
            execs.resize(
                    call.path("id"), ContainersResource.dimension(call, "h"), ContainersResource.dimension(call, "w"));
            call.empty(200);
        });
        router.get("/exec/{id}/json", call -> call.json(200, shown(execs.find(call.path("id")))));
    }

    private void create(Call call) throws IOException {
        String containerId = containers.find(call.path("id")).id();
        Exec exec = execs.create(containerId, call.body(ExecRequest.class));
        call.json(201, Json.of("Id", exec.id()));
    }

    record StartRequest(
            @JsonProperty("Detach") boolean detach,
            @JsonProperty("Tty") boolean tty,
            @JsonProperty("ConsoleSize") List<Integer> consoleSize) {}

    private void start(Call call) throws IOException, InterruptedException {
        StartRequest request = call.optionalBody(StartRequest.class).orElse(new StartRequest(false, false, List.of()));
        Exec exec = execs.find(call.path("id"));
        boolean terminal = exec.request().tty();
        Execs.Started started = execs.start(exec.id(), !request.detach(), request.consoleSize());
        Attachment attachment = started.attachment();
        if (request.detach()) {
            call.empty(200);
            discard(attachment);
            return;
        }
        try (Hijacked client = call.hijack(StreamsResource.contentType(call, terminal))) {
            Frames frames = new Frames(client.output(), !terminal);
            if (started.refusal().isPresent()) {
                byte[] text = (started.refusal().get() + "\r\n").getBytes(StandardCharsets.UTF_8);
                frames.write(Frames.STDOUT, text, 0, text.length);
            } else {
                attachment.serve(client.input(), frames, tasks);
            }
        } finally {
            attachment.leave();
        }
    }

    /** Its output is read, so that it is not held up, and goes nowhere. */
    private void discard(Attachment attachment) {
        tasks.run(
                "output of a detached exec",
                () -> attachment.serve(
                        java.io.InputStream.nullInputStream(),
                        new Frames(java.io.OutputStream.nullOutputStream(), false),
                        tasks));
    }

    private static Map<String, Object> shown(Exec exec) {
        ExecRequest request = exec.request();
        List<String> cmd = request.cmd();
        return Json.of(
                "ID", exec.id(),
                "Running", exec.running(),
                "ExitCode", exec.exitCode().isPresent() ? exec.exitCode().getAsInt() : null,
                "ProcessConfig",
                        Json.of(
                                "tty", request.tty(),
                                "entrypoint", cmd.getFirst(),
                                "arguments", cmd.subList(1, cmd.size()),
                                "privileged", request.privileged(),
                                "user", request.user()),
                "OpenStdin", request.attachStdin(),
                "OpenStderr", request.attachStderr(),
                "OpenStdout", request.attachStdout(),
                "CanRemove", false,
                "ContainerID", exec.containerId(),
                "DetachKeys", "",
                "Pid", exec.pid().orElse(0L));
    }
}
