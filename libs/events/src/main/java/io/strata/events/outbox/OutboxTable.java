package io.strata.events.outbox;

import io.strata.events.EventJson;
import io.strata.events.StrataEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The SQL of the outbox. The schema is the connection's {@code currentSchema}. */
final class OutboxTable {
    /** Never changed while rows wait: a key's rows would be in two slots, and out of order. */
    static final int SLOTS = 4;

    private static final int BATCH = 256;

    private OutboxTable() {}

    static short slotOf(String key) {
        return (short) Math.floorMod(key.hashCode(), SLOTS);
    }

    /** Writes the row and wakes the relays when the transaction commits, in one round trip. */
    static UUID append(Connection connection, StrataEvent event, String source, Instant time) throws SQLException {
        UUID eventId = UUID.randomUUID();
        try (PreparedStatement insert = connection.prepareStatement("""
                with entry as (
                    insert into outbox (slot, event_id, topic, event_key, event_type, source, event_time, data)
                    values (?, ?, ?, ?, ?, ?, ?, ?) returning slot)
                select pg_notify(current_schema() || '.outbox', '') from entry""")) {
            insert.setShort(1, slotOf(event.aggregateId()));
            insert.setObject(2, eventId);
            insert.setString(3, event.topic().topicName());
            insert.setString(4, event.aggregateId());
            insert.setString(5, EventJson.typeOf(event));
            insert.setString(6, source);
            insert.setObject(7, OffsetDateTime.ofInstant(time, ZoneOffset.UTC));
            insert.setBytes(8, EventJson.write(event));
            insert.execute();
        }
        return eventId;
    }

    static void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String channel;
            try (ResultSet schema = statement.executeQuery("select quote_ident(current_schema() || '.outbox')")) {
                schema.next();
                channel = schema.getString(1);
            }
            statement.execute("listen " + channel);
        }
    }

    /** The slots that nobody else has, now held until the connection ends. */
    static Set<Integer> lockFreeSlots(Connection connection, Set<Integer> held) throws SQLException {
        Set<Integer> slots = new TreeSet<>(held);
        try (PreparedStatement lock = connection.prepareStatement("""
                select slot from unnest(?::int[]) as slot
                where pg_try_advisory_lock(hashtext(current_schema() || '.outbox'), slot)""")) {
            List<Integer> wanted = new ArrayList<>();
            for (int slot = 0; slot < SLOTS; slot++) {
                if (!held.contains(slot)) {
                    wanted.add(slot);
                }
            }
            lock.setArray(1, connection.createArrayOf("int4", wanted.toArray()));
            try (ResultSet got = lock.executeQuery()) {
                while (got.next()) {
                    slots.add(got.getInt(1));
                }
            }
        }
        return slots;
    }

    /** The next rows of these slots, the oldest first. */
    static List<OutboxEntry> next(Connection connection, Set<Integer> slots) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select id, event_id, topic, event_key, event_type, source, event_time, data
                from outbox where slot = any(?) order by id limit ?""")) {
            select.setArray(1, connection.createArrayOf("int2", slots.toArray()));
            select.setInt(2, BATCH);
            List<OutboxEntry> entries = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(new OutboxEntry(
                            row.getLong(1),
                            row.getObject(2, UUID.class),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getObject(7, OffsetDateTime.class).toInstant(),
                            row.getBytes(8)));
                }
            }
            return entries;
        }
    }

    static void delete(Connection connection, List<OutboxEntry> told) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from outbox where id = any(?)")) {
            delete.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", told.stream().map(OutboxEntry::id).toArray()));
            delete.executeUpdate();
        }
    }

    static Backlog backlog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select count(*), coalesce(extract(epoch from clock_timestamp() - min(event_time)), 0)
                        from outbox""")) {
            row.next();
            return new Backlog(row.getLong(1), Math.max(0, row.getDouble(2)));
        }
    }

    /** Rows that are not told yet, and the age of the oldest in seconds. */
    record Backlog(long depth, double oldestSeconds) {}
}
