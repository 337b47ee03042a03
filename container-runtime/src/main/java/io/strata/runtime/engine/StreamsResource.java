package io.strata.runtime.engine;

import io.strata.runtime.containers.Attachment;
import io.strata.runtime.containers.Attachments;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.ContainerActions;
import io.strata.runtime.containers.ContainerLogs;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.containers.Frames;
import io.strata.runtime.containers.Tasks;
import io.strata.runtime.containers.Timestamps;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.http.Hijacked;
import io.strata.runtime.process.LogQuery;
import io.strata.runtime.process.LogReader;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@code attach} and {@code logs}. */
@ApplicationScoped
public class StreamsResource implements EngineRoutes {
    private final Containers containers;
    private final Attachments attachments;
    private final ContainerLogs logs;
    private final ContainerActions actions;
    private final Tasks tasks;

    StreamsResource(
            Containers containers, Attachments attachments, ContainerLogs logs, ContainerActions actions, Tasks tasks) {
        this.containers = containers;
        this.attachments = attachments;
        this.logs = logs;
        this.actions = actions;
        this.tasks = tasks;
    }

    @Override
    public void register(Router router) {
        router.post("/containers/{id}/attach", this::attach);
        router.get("/containers/{id}/logs", this::logs);
    }

    /** Since 1.42 the content type says whether the output is in frames. */
    static String contentType(Call call, boolean terminal) {
        return terminal || !call.version().atLeast(42) ? Frames.RAW : Frames.MULTIPLEXED;
    }

    /** The client is told before there is a process: it attaches, and then starts the container. */
    private void attach(Call call) throws IOException, InterruptedException {
        Container container = containers.find(call.path("id"));
        boolean terminal = container.config().tty();
        Attachment attachment = attachments.open(
                container.id(),
                call.flag("stdin"),
                call.flag("stdout"),
                call.flag("stderr"),
                call.query("detachKeys").orElse(""));
        try (Hijacked client = call.hijack(contentType(call, terminal))) {
            actions.acted(container, "attach", Map.of());
            Frames frames = new Frames(client.output(), !terminal);
            if (call.flag("logs")) {
                history(container, call, frames);
            }
            if (call.flag("stream") && attachment.serve(client.input(), frames, tasks)) {
                actions.acted(container, "detach", Map.of());
            }
        } finally {
            attachment.leave();
        }
    }

    private void history(Container container, Call call, Frames frames) throws IOException, InterruptedException {
        LogQuery query = new LogQuery(
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                false,
                call.flag("stdout"),
                call.flag("stderr"));
        try (LogReader reader = logs.open(container, query)) {
            logs.copy(reader, frames, false, "");
        }
    }

    private void logs(Call call) throws IOException, InterruptedException {
        Container container = containers.find(call.path("id"));
        if (!call.flag("stdout") && !call.flag("stderr")) {
            throw new EngineException.InvalidInput("Bad parameters: you must choose at least one stream");
        }
        boolean terminal = container.config().tty();
        LogQuery query = new LogQuery(
                moment(call, "since"),
                moment(call, "until"),
                tail(call),
                call.flag("follow"),
                call.flag("stdout"),
                call.flag("stderr"));
        try (LogReader reader = logs.open(container, query);
                OutputStream out = call.stream(contentType(call, terminal))) {
            call.whenGone(() -> closeQuietly(reader));
            logs.copy(
                    reader,
                    new Frames(out, !terminal),
                    call.flag("timestamps"),
                    call.flag("details") ? details(container) : "");
        }
    }

    /** The reader's own thread finds it closed; there is nobody else to tell. */
    private static void closeQuietly(LogReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Optional<java.time.Instant> moment(Call call, String name) {
        return call.query(name).filter(text -> !text.equals("0")).map(Timestamps::parse);
    }

    /** Anything but a number of lines is all of them, as in moby. */
    private static OptionalLong tail(Call call) {
        return call.query("tail")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** The labels and variables that {@code --log-opt labels=…} and {@code env=…} name. */
    private static String details(Container container) {
        Map<String, String> options = container.hostConfig().logConfig().config();
        Map<String, String> shown = new TreeMap<>();
        for (String label : options.getOrDefault("labels", "").split(",")) {
            Optional.ofNullable(container.config().labels().get(label)).ifPresent(value -> shown.put(label, value));
        }
        List<String> variables = List.of(options.getOrDefault("env", "").split(","));
        for (String variable : container.config().env()) {
            int equals = variable.indexOf('=');
            if (equals > 0 && variables.contains(variable.substring(0, equals))) {
                shown.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        StringBuilder text = new StringBuilder();
        shown.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : ",").append(name).append('=').append(value));
        return text + " ";
    }
}
