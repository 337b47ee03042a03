package io.strata.runtime.containers;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/**
 * When containers with a restart policy are started again: 100 ms after they ended, twice as long each time, at most a
 * minute; from the beginning when one ran for ten seconds (as moby's {@code restartmanager}).
 */
@ApplicationScoped
public class Restarts {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration STABLE = Duration.ofSeconds(10);

    private final Tasks tasks;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();

    Restarts(Tasks tasks) {
        this.tasks = tasks;
    }

    private record Pending(Duration pause, Optional<Future<?>> due) {}

    /** @param start runs after the pause, unless {@link #cancel} comes before it */
    void schedule(String id, Optional<Instant> startedAt, Instant endedAt, Tasks.Work start) {
        pending.compute(id, (key, before) -> {
            boolean stable = startedAt
                    .filter(at -> Duration.between(at, endedAt).compareTo(STABLE) >= 0)
                    .isPresent();
            Duration pause =
                    before == null || stable ? FIRST : shorter(before.pause().multipliedBy(2), LONGEST);
            return new Pending(pause, Optional.of(tasks.after(pause, "restart of container " + id, start)));
        });
    }

    /** The container is not to be started by its policy any more. */
    void cancel(String id) {
        Pending was = pending.remove(id);
        if (was != null) {
            was.due().ifPresent(due -> due.cancel(false));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
