package io.strata.events.outbox;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How many events wait to be told, and since when: the gauges {@code strata.outbox.depth} and {@code …age} (seconds). */
@ApplicationScoped
public class OutboxBacklog {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final AgroalDataSource dataSource;
    private OutboxTable.Backlog last = new OutboxTable.Backlog(0, 0);
    private long readAt = System.nanoTime() - FRESH_NANOS;

    OutboxBacklog(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    void measure(@Observes StartupEvent event, MeterRegistry meters) {
        meters.gauge("strata.outbox.depth", this, b -> b.orNaN(OutboxTable.Backlog::depth));
        meters.gauge("strata.outbox.age", this, b -> b.orNaN(OutboxTable.Backlog::oldestSeconds));
    }

    private double orNaN(java.util.function.ToDoubleFunction<OutboxTable.Backlog> member) {
        try {
            return member.applyAsDouble(read());
        } catch (SQLException e) {
            return Double.NaN;
        }
    }

    /** At most a second old, so that many who ask cost one query. */
    synchronized OutboxTable.Backlog read() throws SQLException {
        if (System.nanoTime() - readAt >= FRESH_NANOS) {
            try (Connection connection = dataSource.getConnection()) {
                last = OutboxTable.backlog(connection);
            }
            readAt = System.nanoTime();
        }
        return last;
    }
}
