package io.strata.events.outbox;

import java.time.Instant;
import java.util.UUID;

/** An event that is to be told: a row of {@code outbox}. {@code id} gives the order; {@code data} is the event's JSON. */
record OutboxEntry(
        long id, UUID eventId, String topic, String key, String type, String source, Instant time, byte[] data) {}
