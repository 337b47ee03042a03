package io.strata.events.outbox;

import io.strata.events.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics of the catalogue. A topic that Kafka makes by itself has the broker's number of partitions, and one that
 * grows later loses the order per key; so they are made before anything is sent or heard.
 */
final class Topics {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Map<String, Object> settings = new HashMap<>();
    private final int partitions;
    private volatile boolean made;

    Topics(Map<String, Object> kafka, int partitions) {
        kafka.forEach((key, value) -> {
            if (AdminClientConfig.configNames().contains(key)) {
                settings.put(key, value);
            }
        });
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        this.partitions = partitions;
    }

    /** @throws KafkaException when Kafka does not answer */
    void ensure() throws InterruptedException {
        if (made) {
            return;
        }
        List<NewTopic> wanted = Arrays.stream(Topic.values())
                .map(t -> new NewTopic(t.topicName(), Optional.of(partitions), Optional.empty()))
                .toList();
        Admin admin = Admin.create(settings);
        try {
            for (KafkaFuture<Void> topic : admin.createTopics(wanted).values().values()) {
                await(topic);
            }
            made = true;
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private static void await(KafkaFuture<Void> topic) throws InterruptedException {
        try {
            topic.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException(
                        "cannot make the topics: " + e.getCause().getMessage(), e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException("cannot make the topics: Kafka does not answer", e);
        }
    }
}
