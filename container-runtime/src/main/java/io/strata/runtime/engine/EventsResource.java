package io.strata.runtime.engine;

import io.strata.runtime.containers.Timestamps;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Filters;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code docker events}. */
@ApplicationScoped
public class EventsResource implements EngineRoutes {
    private static final Set<String> FILTERS = Set.of(
            "config",
            "container",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume");

    /** A client that is this far behind does not read: its answer is cut rather than the memory filled. */
    private static final int BEHIND = 10_000;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final EngineEvents events;

    EventsResource(EngineEvents events) {
        this.events = events;
    }

    @Override
    public void register(Router router) {
        router.get("/events", this::stream);
    }

    private void stream(Call call) throws IOException, InterruptedException {
        Filters filters = call.filters().only(FILTERS);
        EventFilters wanted = new EventFilters(filters);
        Optional<Instant> since = call.query("since").map(Timestamps::parse);
        Optional<Instant> until = call.query("until").map(Timestamps::parse);
        BlockingQueue<EngineEvent> queue = new ArrayBlockingQueue<>(BEHIND);
        boolean[] ended = new boolean[1];
        Consumer<EngineEvent> listener = event -> {
            if (wanted.hold(event) && !queue.offer(event)) {
                ended[0] = true;
            }
        };
        List<EngineEvent> past = events.subscribe(listener);
        try (OutputStream out = call.stream("application/json")) {
            call.whenGone(() -> ended[0] = true);
            if (since.isPresent()) {
                for (EngineEvent event : past) {
                    if (wanted.hold(event)
                            && !event.at().isBefore(since.get())
                            && until.filter(event.at()::isAfter).isEmpty()) {
                        write(out, event);
                    }
                }
            }
            follow(out, queue, until, ended);
        } finally {
            events.unsubscribe(listener);
        }
    }

    private static void follow(
            OutputStream out, BlockingQueue<EngineEvent> queue, Optional<Instant> until, boolean[] ended)
            throws IOException, InterruptedException {
        while (!ended[0]) {
            Duration left = until.map(at -> Duration.between(Instant.now(), at)).orElse(LOOK);
            if (until.isPresent() && left.isNegative()) {
                return;
            }
            EngineEvent event = queue.poll(Math.min(left.toMillis() + 1, LOOK.toMillis()), TimeUnit.MILLISECONDS);
            if (event != null) {
                if (until.filter(event.at()::isAfter).isPresent()) {
                    return;
                }
                write(out, event);
            }
        }
    }

    private static void write(OutputStream out, EngineEvent event) throws IOException {
        out.write((EngineJson.text(event.shown()) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
