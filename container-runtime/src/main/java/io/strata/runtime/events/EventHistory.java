package io.strata.runtime.events;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.strata.events.PoisonEventException;
import io.strata.events.Topic;
import io.strata.events.inbox.EventCodec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads the ends of the topics when the node starts, for who tells events on: {@code docker events --since} also shows what
 * was before the start. Without a group, so that the node's own place is not touched.
 */
@ApplicationScoped
public class EventHistory {
    private static final Logger LOG = Logger.getLogger(EventHistory.class);
    private static final List<Topic> TOPICS = List.of(Topic.CONTAINERS, Topic.IMAGES);
    private static final long LAST_OF_A_PARTITION = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> kafka;
    private final List<NodeEventListener> listeners;

    EventHistory(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, @All List<NodeEventListener> listeners) {
        this.kafka = kafka;
        this.listeners = listeners;
    }

    void start(@Observes StartupEvent started) {
        Thread.ofVirtual().name("event-history").start(() -> {
            try {
                read();
            } catch (KafkaException e) {
                LOG.warnf("events from before the start are not known: %s", e.getMessage());
            }
        });
    }

    private void read() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = TOPICS.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic.topicName()).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            ends.forEach((partition, end) ->
                    consumer.seek(partition, Math.max(begins.get(partition), end - LAST_OF_A_PARTITION)));
            Instant deadline = Instant.now().plus(PATIENCE);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))
                    && Instant.now().isBefore(deadline)) {
                consumer.poll(POLL).forEach(this::tell);
            }
        }
    }

    private void tell(ConsumerRecord<String, byte[]> record) {
        try {
            EventCodec.read(record).ifPresent(event -> listeners.forEach(listener -> listener.heard(event)));
        } catch (PoisonEventException e) {
            LOG.debugf("passed over a record that is no event: %s", e.getMessage());
        }
    }
}
