package io.strata.events.inbox;

import io.strata.events.CloudEventHeaders;
import io.strata.events.EventJson;
import io.strata.events.PoisonEventException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/** Reads events from Kafka records (CloudEvents 1.0, binary mode). */
public final class EventCodec {
    private static final Logger LOG = Logger.getLogger(EventCodec.class);

    private EventCodec() {}

    /**
     * @return empty for a type that is not known here: a newer service tells more than this one hears
     * @throws PoisonEventException when the record is not an event, or not of the shape of its type
     */
    public static Optional<ReceivedEvent> read(ConsumerRecord<String, byte[]> record) {
        String type = header(record, CloudEventHeaders.TYPE);
        if (!EventJson.types().containsKey(type)) {
            LOG.infof("passed over an event of the unknown type %s on %s", type, record.topic());
            return Optional.empty();
        }
        if (record.value() == null) {
            throw new PoisonEventException(type + " without data on " + record.topic(), null);
        }
        try {
            UUID id = UUID.fromString(header(record, CloudEventHeaders.ID));
            Instant time = Instant.parse(header(record, CloudEventHeaders.TIME));
            String source = header(record, CloudEventHeaders.SOURCE);
            return EventJson.read(type, record.value()).map(event -> new ReceivedEvent(id, source, time, event));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw new PoisonEventException(type + " on " + record.topic() + ": " + e.getMessage(), e);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            throw new PoisonEventException(
                    "no header " + name + " on record " + record.offset() + " of " + record.topic(), null);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
