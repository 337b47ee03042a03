package io.strata.commit.commits;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.strata.commit.errors.CommitException;
import io.strata.commit.registry.ParentImages;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commits: asking for one and waiting for its end, and those that there were. */
@ApplicationScoped
public class Commits {
    /** How often a waiting call looks at the row, for the case that another replica ended the commit. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Saga saga;
    private final Waiting waiting;
    private final ParentImages parents;
    private final Timer duration;

    Commits(Saga saga, Waiting waiting, ParentImages parents, MeterRegistry meters) {
        this.saga = saga;
        this.waiting = waiting;
        this.parents = parents;
        this.duration = Timer.builder("strata.commit.duration").register(meters);
    }

    /**
     * Commits, and returns when the name resolves. A caller that goes away does not end the commit.
     *
     * @return the image's id
     * @throws CommitException.Refused with the status and the words of whoever refused it
     */
    public Digest commit(CommitRequest request) {
        UUID id = UUID.randomUUID();
        Instant begin = Instant.now();
        CompletableFuture<Void> ended = waiting.enter(id);
        try {
            saga.request(id, request);
            parents.prefetch(request.parent());
            Commit commit = await(id, ended);
            duration.record(Duration.between(begin, Instant.now()));
            return commit.imageId()
                    .orElseThrow(() -> new CommitException.Refused(
                            commit.status().orElse(500), commit.reason().orElse("the commit failed")));
        } finally {
            waiting.leave(id);
        }
    }

    /** Each step has a deadline, so this ends. */
    private Commit await(UUID id, CompletableFuture<Void> ended) {
        while (true) {
            try {
                ended.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException look) {
                // Another replica may have ended it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommitException.Refused(503, "commit-service is ending; the commit goes on");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            Commit commit = saga.find(id).orElseThrow();
            if (commit.state().isOver()) {
                return commit;
            }
        }
    }

    public Optional<Commit> find(UUID id) {
        return saga.find(id);
    }

    /** Up to {@code limit} commits that were asked for before {@code before}, the latest first. */
    public List<Commit> latest(Instant before, int limit) {
        return saga.latest(before, limit);
    }
}
