package io.strata.events.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * Publishes a schema's outbox. Of all relays of a schema one at a time sends a slot's rows: it holds the slot's advisory
 * lock on this connection, reads the rows over it, and deletes them over it after Kafka's acknowledgement. Each relay
 * begins at a slot's oldest row, so a row is first seen on its topic after all earlier rows of its key, even when a relay
 * that lost its slots unknowingly still sends: what it sends then is a repeat.
 */
final class Relay implements Runnable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final String url;
    private final Properties database = new Properties();
    private final KafkaPublisher publisher;
    private final Topics topics;
    private final Duration poll;
    private volatile boolean stopped;
    private volatile boolean waiting;
    private volatile Connection connection;
    private volatile String trouble;
    private volatile Set<Integer> slots = Set.of();

    Relay(String url, String user, String password, KafkaPublisher publisher, Topics topics, Duration poll) {
        this.url = url;
        this.publisher = publisher;
        this.topics = topics;
        this.poll = poll;
        PGProperty.USER.set(database, user);
        PGProperty.PASSWORD.set(database, password);
        PGProperty.TCP_KEEP_ALIVE.set(database, true);
        PGProperty.CONNECT_TIMEOUT.set(database, 5);
        PGProperty.SOCKET_TIMEOUT.set(database, 10);
        // The server frees the locks of a host that is lost within about ten seconds, not after two hours. A delete
        // that is
        // lost in a crash of the database is only a repeat, so it need not wait for the disk.
        PGProperty.OPTIONS.set(
                database,
                "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
                        + " -c tcp_user_timeout=10000 -c synchronous_commit=off");
    }

    @Override
    public void run() {
        Duration pause = FIRST_PAUSE;
        while (!stopped) {
            try (Connection fresh = new Driver().connect(url, database)) {
                connection = fresh;
                if (relay(fresh)) {
                    pause = FIRST_PAUSE;
                }
            } catch (SQLException | KafkaException e) {
                report(e);
                pause = pause(pause);
            } catch (InterruptedException e) {
                stopped = true;
            } finally {
                connection = null;
                slots = Set.of();
            }
        }
        publisher.close();
    }

    /** Relays until told to stop; Kafka being away is waited for while the slots are kept. */
    private boolean relay(Connection database) throws SQLException, InterruptedException {
        OutboxTable.listen(database);
        Duration pause = FIRST_PAUSE;
        while (!stopped) {
            if (slots.size() < OutboxTable.SLOTS) {
                slots = OutboxTable.lockFreeSlots(database, new TreeSet<>(slots));
            }
            var entries = OutboxTable.next(database, slots);
            if (entries.isEmpty()) {
                await(database);
                continue;
            }
            try {
                topics.ensure();
                publisher.publish(entries, () -> holds(database));
                pause = FIRST_PAUSE;
                recovered();
            } catch (KafkaException e) {
                report(e);
                pause = pause(pause);
                continue;
            }
            OutboxTable.delete(database, entries);
        }
        return true;
    }

    private void await(Connection database) throws SQLException {
        waiting = true;
        try {
            if (!stopped) {
                database.unwrap(PGConnection.class).getNotifications((int) poll.toMillis());
            }
        } finally {
            waiting = false;
        }
    }

    private boolean holds(Connection database) {
        try {
            return !stopped && database.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private Duration pause(Duration pause) {
        if (!stopped) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                stopped = true;
            }
        }
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private void report(Exception e) {
        if (stopped) {
            return;
        }
        if (trouble == null) {
            LOG.warnf("events wait in the outbox and are tried again: %s", e.getMessage());
        }
        trouble = String.valueOf(e.getMessage());
    }

    private void recovered() {
        if (trouble != null) {
            LOG.info("events flow again");
            trouble = null;
        }
    }

    /** Ends {@link #run()}: at once when it waits for something to do, else after what is under way. */
    void stop(Thread thread) throws InterruptedException {
        stopped = true;
        Connection current = connection;
        if (waiting && current != null) {
            try {
                current.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debugf(e, "the connection was gone");
            }
        }
        thread.join(Duration.ofSeconds(3));
        thread.interrupt();
    }

    /** How many slots are this relay's now. */
    int slots() {
        return slots.size();
    }

    /** What keeps events from flowing; empty text when nothing does. */
    String trouble() {
        String current = trouble;
        return current == null ? "" : current;
    }
}
