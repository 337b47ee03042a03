package io.strata.events;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How a service takes part in the events; {@code strata.events.*}. */
@ConfigMapping(prefix = "strata.events")
public interface EventsConfig {
    /**
     * The node, for a service of which each machine has one. It is in the events' source ({@code /strata/<service>/<node>})
     * and in the name under which the inbox remembers, as the nodes share one schema and each must hear everything.
     */
    Optional<String> node();

    /** Partitions of a topic that is created here. Never changed later: a key's events would change partition and order. */
    @WithDefault("4")
    int partitions();

    Outbox outbox();

    Inbox inbox();

    interface Outbox {
        /** Whether this process publishes; off where another one does, and in tests without Kafka. */
        @WithDefault("true")
        boolean relay();

        /** How long a relay that heard nothing waits before it looks, and before it tries for slots of a dead relay. */
        @WithDefault("1s")
        Duration poll();

        /** From this age of the oldest untold event on, health says that events do not flow. */
        @WithDefault("1m")
        Duration stale();
    }

    interface Inbox {
        /** How long an event is remembered. Longer than Kafka keeps records (7 days), so that none is heard as new. */
        @WithDefault("8d")
        Duration keep();
    }
}
