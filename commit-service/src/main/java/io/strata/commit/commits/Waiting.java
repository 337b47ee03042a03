package io.strata.commit.commits;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of this process that wait for the end of a commit. They are woken after the transaction that ends it. */
@ApplicationScoped
class Waiting {
    private final Map<UUID, CompletableFuture<Void>> byCommit = new ConcurrentHashMap<>();

    /** Before the commit can end. The caller must {@link #leave}. */
    CompletableFuture<Void> enter(UUID id) {
        return byCommit.computeIfAbsent(id, unused -> new CompletableFuture<>());
    }

    void wake(UUID id) {
        CompletableFuture<Void> waiting = byCommit.get(id);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    void leave(UUID id) {
        byCommit.remove(id);
    }
}
