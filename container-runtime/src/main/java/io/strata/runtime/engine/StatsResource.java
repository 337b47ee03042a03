package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.network.NodeNetwork;
import io.strata.runtime.process.CgroupSample;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineJson;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code docker stats}: a sample a second, each with the one before it, from which the CLI takes the CPU's share. */
@ApplicationScoped
public class StatsResource implements EngineRoutes {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Containers containers;
    private final ProcessSupervisor supervisor;
    private final NodeNetwork network;

    StatsResource(Containers containers, ProcessSupervisor supervisor, NodeNetwork network) {
        this.containers = containers;
        this.supervisor = supervisor;
        this.network = network;
    }

    @Override
    public void register(Router router) {
        router.get("/containers/{id}/stats", this::stats);
    }

    private void stats(Call call) throws IOException, InterruptedException {
        Container container = containers.find(call.path("id"));
        boolean once = !call.flagUnlessFalse("stream");
        CountDownLatch gone = new CountDownLatch(1);
        if (once) {
            Optional<CgroupSample> first = call.flag("one-shot") ? Optional.empty() : sample(container);
            if (first.isPresent()) {
                gone.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            }
            call.json(200, shown(container, first, sample(container)));
            return;
        }
        try (OutputStream out = call.stream("application/json")) {
            call.whenGone(gone::countDown);
            Optional<CgroupSample> before = Optional.empty();
            while (gone.getCount() > 0) {
                Optional<Container> current = current(container.id());
                if (current.isEmpty()) {
                    return;
                }
                Optional<CgroupSample> now = sample(current.get());
                String line = EngineJson.text(shown(current.get(), before, now)) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
                before = now;
                gone.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private Optional<Container> current(String id) {
        try {
            return Optional.of(containers.find(id));
        } catch (io.strata.runtime.errors.EngineException.NotFound removed) {
            return Optional.empty();
        }
    }

    /** Empty for a container that does not run, or ends at this moment. */
    private Optional<CgroupSample> sample(Container container) throws IOException {
        if (!container.running()) {
            return Optional.empty();
        }
        try {
            return Optional.of(supervisor.sample(container.id()));
        } catch (IOException e) {
            if (supervisor.exit(container.id()).isDone()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Map<String, Object> shown(Container container, Optional<CgroupSample> before, Optional<CgroupSample> now)
            throws IOException {
        return StatsView.of(container, before, now, now.isPresent() ? network.counters(container.id()) : Map.of());
    }
}
