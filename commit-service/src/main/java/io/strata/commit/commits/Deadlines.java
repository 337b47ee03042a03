package io.strata.commit.commits;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Takes up what stands still: after a crash of this service, of a node, or when an answer got lost. */
@ApplicationScoped
class Deadlines {
    private final Saga saga;
    private final Naming naming;
    private final Waiting waiting;

    Deadlines(Saga saga, Naming naming, Waiting waiting) {
        this.saga = saga;
        this.naming = naming;
        this.waiting = waiting;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        for (UUID id : saga.due()) {
            switch (saga.again(id)) {
                case TO_NAME -> naming.begin(id);
                case GIVEN_UP -> waiting.wake(id);
                case ASKED_AGAIN, NOT_ANY_MORE -> {}
            }
        }
    }

    @Scheduled(every = "1h", delayed = "1m")
    void forget() {
        saga.forget();
    }
}
