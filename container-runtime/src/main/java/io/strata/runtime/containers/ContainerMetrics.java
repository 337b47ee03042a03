package io.strata.runtime.containers;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Figures on this node's containers for {@code /q/metrics}. */
@ApplicationScoped
public class ContainerMetrics {
    private final MeterRegistry registry;
    private final Timer starts;

    ContainerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.starts = Timer.builder("strata.container.start")
                .description("From the mount of the root to the running process")
                .register(registry);
    }

    void running(Supplier<Number> count) {
        Gauge.builder("strata.containers.running", count)
                .description("Containers of this node whose process is followed")
                .register(registry);
    }

    <T, E extends Exception> T start(ContainerLocks.Change<T, E> launch) throws E {
        Timer.Sample sample = Timer.start(registry);
        T result = launch.run();
        sample.stop(starts);
        return result;
    }

    void ended(int exitCode) {
        registry.counter("strata.container.exits", "clean", Boolean.toString(exitCode == 0))
                .increment();
    }
}
