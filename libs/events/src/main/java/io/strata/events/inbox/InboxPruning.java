package io.strata.events.inbox;

import io.quarkus.scheduler.Scheduled;
import io.strata.events.EventsConfig;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the inbox as long as Kafka could bring an event again, and not longer. */
@ApplicationScoped
public class InboxPruning {
    private final Inbox inbox;
    private final EventsConfig config;

    InboxPruning(Inbox inbox, EventsConfig config) {
        this.inbox = inbox;
        this.config = config;
    }

    @Scheduled(every = "1h", delayed = "1m")
    void prune() {
        inbox.forget(config.inbox().keep());
    }
}
