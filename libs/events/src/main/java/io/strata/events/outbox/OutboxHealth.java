package io.strata.events.outbox;

import io.smallrye.health.api.Wellness;
import io.strata.events.EventsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether events flow. It is wellness and not readiness: a service whose events wait for Kafka answers requests all the
 * same.
 */
@Wellness
@ApplicationScoped
public class OutboxHealth implements HealthCheck {
    private final OutboxBacklog backlog;
    private final OutboxRelay relay;
    private final EventsConfig config;

    OutboxHealth(OutboxBacklog backlog, OutboxRelay relay, EventsConfig config) {
        this.backlog = backlog;
        this.relay = relay;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("outbox").withData("slots", relay.slots());
        if (!relay.trouble().isEmpty()) {
            response.withData("trouble", relay.trouble());
        }
        try {
            OutboxTable.Backlog waiting = backlog.read();
            return response.withData("depth", waiting.depth())
                    .withData("oldestSeconds", Math.round(waiting.oldestSeconds()))
                    .status(waiting.oldestSeconds() < config.outbox().stale().toSeconds())
                    .build();
        } catch (SQLException e) {
            return response.withData("database", String.valueOf(e.getMessage()))
                    .down()
                    .build();
        }
    }
}
