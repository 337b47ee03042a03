package io.strata.events.inbox;

import io.agroal.api.AgroalDataSource;
import io.strata.events.EventSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** What this consumer has heard, so that an event that Kafka brings twice has one effect. */
@ApplicationScoped
public class Inbox {
    private final AgroalDataSource dataSource;
    private final EventSource source;

    Inbox(AgroalDataSource dataSource, EventSource source) {
        this.dataSource = dataSource;
        this.source = source;
    }

    /**
     * Remembers the event in the caller's transaction, which is that of the event's effect. A transaction that does the same
     * at the same time is waited for.
     *
     * @return false when the effect is there already
     * @throws jakarta.transaction.TransactionalException when there is no transaction
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public boolean firstTime(UUID eventId) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into inbox (consumer, event_id) values (?, ?) on conflict do nothing")) {
            insert.setString(1, source.consumer());
            insert.setObject(2, eventId);
            return insert.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new InboxException("cannot remember event " + eventId, e);
        }
    }

    /** Whether the database answers now. */
    boolean isReachable() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Forgets events that were heard longer ago than {@code age}; of all consumers of this schema. */
    @Transactional
    public int forget(Duration age) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "delete from inbox where received_at < now() - make_interval(secs => ?)")) {
            delete.setDouble(1, age.toSeconds());
            return delete.executeUpdate();
        } catch (SQLException e) {
            throw new InboxException("cannot forget old events", e);
        }
    }
}
