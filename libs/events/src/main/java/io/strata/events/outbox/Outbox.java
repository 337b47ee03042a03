package io.strata.events.outbox;

import io.agroal.api.AgroalDataSource;
import io.strata.events.EventSource;
import io.strata.events.StrataEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * Where a service tells what it changed. The event is a row written in the transaction that changes the state: it is told
 * exactly when the state changed, by {@link OutboxRelay}, at least once, in order per aggregate.
 *
 * <p>The order is that of the inserts, so whoever changes an aggregate takes its row's lock ({@code PESSIMISTIC_WRITE})
 * before it appends.
 */
@ApplicationScoped
public class Outbox {
    private final AgroalDataSource dataSource;
    private final EventSource source;

    Outbox(AgroalDataSource dataSource, EventSource source) {
        this.dataSource = dataSource;
        this.source = source;
    }

    /**
     * Tells {@code event} when the caller's transaction commits.
     *
     * @return the event's id
     * @throws jakarta.transaction.TransactionalException when there is no transaction
     * @throws OutboxException when the database refuses; the transaction cannot commit then
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public UUID append(StrataEvent event) {
        try (Connection connection = dataSource.getConnection()) {
            return OutboxTable.append(connection, event, source.uri(), Instant.now());
        } catch (SQLException e) {
            throw new OutboxException("cannot write " + event.name() + " of " + event.aggregateId(), e);
        }
    }
}
