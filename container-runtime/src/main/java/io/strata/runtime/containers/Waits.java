package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who waits for a container of this node to end, or to go. */
@ApplicationScoped
public class Waits {
    private final Map<String, List<Waiter>> waiters = new ConcurrentHashMap<>();

    /** For what {@code docker wait} waits. */
    public enum Condition {
        NOT_RUNNING,
        NEXT_EXIT,
        REMOVED;

        /** @throws EngineException.InvalidInput for another word */
        public static Condition parse(String word) {
            return switch (word) {
                case "", "not-running" -> NOT_RUNNING;
                case "next-exit" -> NEXT_EXIT;
                case "removed" -> REMOVED;
                default -> throw new EngineException.InvalidInput("invalid condition: \"" + word + "\"");
            };
        }
    }

    private record Waiter(boolean forRemoval, CompletableFuture<Integer> exitCode) {}

    /** Completes with the exit code at the next end, or removal. Cancel it when nobody waits any more. */
    CompletableFuture<Integer> next(String id, boolean removal) {
        Waiter waiter = new Waiter(removal, new CompletableFuture<>());
        waiters.compute(id, (key, all) -> {
            List<Waiter> list = all == null ? new CopyOnWriteArrayList<>() : all;
            list.add(waiter);
            return list;
        });
        waiter.exitCode().whenComplete((code, error) -> forget(id, waiter));
        return waiter.exitCode();
    }

    void ended(String id, int exitCode) {
        of(id).stream().filter(w -> !w.forRemoval()).forEach(w -> w.exitCode().complete(exitCode));
    }

    void removed(String id, int exitCode) {
        of(id).forEach(w -> w.exitCode().complete(exitCode));
    }

    private List<Waiter> of(String id) {
        return List.copyOf(waiters.getOrDefault(id, List.of()));
    }

    private void forget(String id, Waiter waiter) {
        waiters.computeIfPresent(id, (key, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        });
    }
}
