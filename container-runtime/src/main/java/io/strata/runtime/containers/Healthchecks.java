package io.strata.runtime.containers;

import io.strata.runtime.containers.Config.Healthcheck;
import io.strata.runtime.containers.Health.Probe;
import io.strata.runtime.process.ProcessSupervisor;
import io.strata.runtime.process.ProcessSupervisor.ExecProcess;
import io.strata.runtime.process.Streams;
import io.strata.runtime.spec.ExecSpec;
import io.strata.runtime.spec.RuntimeSpecs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs containers' health checks while they run, as moby's {@code daemon/health.go} does. */
@ApplicationScoped
public class Healthchecks {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START_INTERVAL = Duration.ofSeconds(5);
    private static final int RETRIES = 3;
    private static final int OUTPUT = 4096;
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    private final ProcessSupervisor supervisor;
    private final RuntimeSpecs specs;
    private final ContainerFolders folders;
    private final ContainerActions actions;
    private final Tasks tasks;
    private final Map<String, Monitor> monitors = new ConcurrentHashMap<>();

    Healthchecks(
            ProcessSupervisor supervisor,
            RuntimeSpecs specs,
            ContainerFolders folders,
            ContainerActions actions,
            Tasks tasks) {
        this.supervisor = supervisor;
        this.specs = specs;
        this.folders = folders;
        this.actions = actions;
        this.tasks = tasks;
    }

    /** Empty for a container without a health check; the last finding of one that has ended. */
    public Optional<Health> of(String id) {
        return Optional.ofNullable(monitors.get(id)).map(m -> m.health);
    }

    void begin(Container container) {
        command(container.config()).ifPresent(command -> {
            Monitor monitor = new Monitor(container, command);
            monitors.put(container.id(), monitor);
            tasks.run("health check of container " + container.id(), monitor::watch);
        });
    }

    /** The process has ended; what was found stays to be seen. */
    void end(String id) {
        Optional.ofNullable(monitors.get(id)).ifPresent(monitor -> monitor.over.countDown());
    }

    void forget(String id) {
        Optional.ofNullable(monitors.remove(id)).ifPresent(monitor -> monitor.over.countDown());
    }

    private static Optional<List<String>> command(Config config) {
        List<String> test = config.healthcheck() == null || config.healthcheck().test() == null
                ? List.of()
                : config.healthcheck().test();
        if (test.size() < 2) {
            return Optional.empty();
        }
        return switch (test.getFirst()) {
            case "CMD" -> Optional.of(test.subList(1, test.size()));
            case "CMD-SHELL" -> {
                List<String> words = new ArrayList<>(config.shell().isEmpty() ? SHELL : config.shell());
                words.add(test.get(1));
                yield Optional.of(words);
            }
            default -> Optional.empty();
        };
    }

    private final class Monitor {
        final CountDownLatch over = new CountDownLatch(1);
        private final Container container;
        private final List<String> command;
        private final Healthcheck check;
        volatile Health health = Health.STARTING;

        Monitor(Container container, List<String> command) {
            this.container = container;
            this.command = command;
            this.check = container.config().healthcheck();
        }

        void watch() throws InterruptedException {
            Instant graceEnds =
                    container.run().startedAt().orElse(Instant.now()).plusNanos(check.startPeriod());
            int retries = check.retries() == 0 ? RETRIES : check.retries();
            while (true) {
                boolean starting = health.status() == Health.Status.STARTING
                        && Instant.now().isBefore(graceEnds);
                Duration pause = starting ? or(check.startInterval(), START_INTERVAL) : or(check.interval(), INTERVAL);
                if (over.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
                Probe probe = probe();
                if (over.getCount() == 0) {
                    return;
                }
                Health before = health;
                health = before.after(probe, retries, probe.start().isBefore(graceEnds));
                if (health.status() != before.status()) {
                    actions.acted(container, "health_status: " + health.status().word(), Map.of());
                }
            }
        }

        private Probe probe() throws InterruptedException {
            Instant start = Instant.now();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            Duration timeout = or(check.timeout(), TIMEOUT);
            try {
                ExecProcess process = exec();
                process.streams().deliverTo(collector(output));
                try {
                    int code = process.exit().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                    return new Probe(start, Instant.now(), code, text(output));
                } catch (TimeoutException e) {
                    process.pid().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
                    return new Probe(
                            start, Instant.now(), -1, "Health check exceeded timeout (" + timeout.toSeconds() + "s)");
                }
            } catch (IOException | ExecutionException | RuntimeException e) {
                return new Probe(start, Instant.now(), -1, String.valueOf(e.getMessage()));
            }
        }

        private ExecProcess exec() throws IOException {
            byte[] process = specs.process(new ExecSpec(
                    folders.of(container.id()),
                    command,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    Optional.empty()));
            return supervisor.exec(container.id(), Ids.random(), process, false, false);
        }
    }

    private static Streams.Output collector(ByteArrayOutputStream output) {
        return new Streams.Output() {
            @Override
            public void write(int stream, byte[] bytes, int offset, int length) {
                synchronized (output) {
                    output.write(bytes, offset, Math.min(length, OUTPUT - output.size()));
                }
            }

            @Override
            public void ended() {}
        };
    }

    private static String text(ByteArrayOutputStream output) {
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8);
        }
    }

    private static Duration or(long nanos, Duration otherwise) {
        return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
    }
}
