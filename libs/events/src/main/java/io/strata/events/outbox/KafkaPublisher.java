package io.strata.events.outbox;

import io.strata.events.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends rows of the outbox to Kafka, in order. A producer that failed with records under way is thrown away: it could send
 * a later record of a key although an earlier one was given up. Not safe for several threads.
 */
final class KafkaPublisher implements AutoCloseable {
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    private final Map<String, Object> settings;
    private Producer<String, byte[]> producer;

    /** @param kafka the client settings that all clients share: bootstrap servers, security */
    KafkaPublisher(Map<String, Object> kafka) {
        Map<String, Object> producerSettings = new HashMap<>();
        kafka.forEach((key, value) -> {
            if (ProducerConfig.configNames().contains(key)) {
                producerSettings.put(key, value);
            }
        });
        producerSettings.put(ProducerConfig.ACKS_CONFIG, "all");
        producerSettings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producerSettings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A record is never given up while later ones are under way: only the whole producer is.
        producerSettings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        producerSettings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        producerSettings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000);
        producerSettings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        producerSettings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
        producerSettings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        this.settings = Map.copyOf(producerSettings);
    }

    /**
     * Returns when Kafka has acknowledged every entry.
     *
     * @param stillOwner asked about every second while Kafka does not answer
     * @throws KafkaException when they are not all told, and this publisher will send none of them any more
     */
    void publish(List<OutboxEntry> entries, Ownership stillOwner) throws InterruptedException {
        boolean told = false;
        try {
            if (producer == null) {
                producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
            }
            List<Future<?>> acknowledged = new ArrayList<>(entries.size());
            for (OutboxEntry entry : entries) {
                acknowledged.add(producer.send(record(entry)));
            }
            for (Future<?> one : acknowledged) {
                await(one, stillOwner);
            }
            told = true;
        } finally {
            if (!told) {
                close();
            }
        }
    }

    private static void await(Future<?> acknowledged, Ownership stillOwner) throws InterruptedException {
        while (true) {
            try {
                acknowledged.get(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException kafkaIsSlow) {
                if (!stillOwner.holds()) {
                    throw new KafkaException("the slots were lost while Kafka did not answer", kafkaIsSlow);
                }
            } catch (ExecutionException e) {
                throw new KafkaException(
                        "Kafka did not take the event: " + e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private static ProducerRecord<String, byte[]> record(OutboxEntry entry) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(entry.topic(), entry.key(), entry.data());
        Headers headers = record.headers();
        add(headers, CloudEventHeaders.SPEC_VERSION, "1.0");
        add(headers, CloudEventHeaders.ID, entry.eventId().toString());
        add(headers, CloudEventHeaders.SOURCE, entry.source());
        add(headers, CloudEventHeaders.TYPE, entry.type());
        add(headers, CloudEventHeaders.TIME, entry.time().toString());
        add(headers, CloudEventHeaders.SUBJECT, entry.key());
        add(headers, CloudEventHeaders.CONTENT_TYPE, "application/json");
        return record;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Drops what Kafka has not taken yet. */
    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** Whether this relay still has its slots. */
    @FunctionalInterface
    interface Ownership {
        boolean holds();
    }
}
