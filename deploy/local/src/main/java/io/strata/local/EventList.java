package io.strata.local;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints what is on Strata's topics, oldest first, a line an event: time, type, source, key, data. For the demo, and for a
 * look at a running Strata: {@code io.strata.local.EventList --kafka 127.0.0.1:7084}.
 */
public final class EventList {
    private static final List<String> TOPICS =
            List.of("strata.layers", "strata.images", "strata.containers", "strata.commits");
    private static final int SHOWN = 150;

    private EventList() {}

    public static void main(String[] args) {
        if (args.length != 2 || !args[0].equals("--kafka")) {
            System.err.println("usage: io.strata.local.EventList --kafka HOST:PORT");
            System.exit(64);
        }
        Logger.getLogger("").setLevel(Level.SEVERE);
        List<ConsumerRecord<String, byte[]>> events = readAll(args[1]);
        events.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        for (ConsumerRecord<String, byte[]> event : events) {
            System.out.printf(
                    "%s %-22s %-30s %s%n",
                    Instant.ofEpochMilli(event.timestamp()).toString().substring(11, 19),
                    lastWord(header(event, "ce_type")),
                    header(event, "ce_source"),
                    shortened(new String(event.value(), StandardCharsets.UTF_8)));
        }
    }

    /** From the beginning to what is there when it is called. */
    private static List<ConsumerRecord<String, byte[]>> readAll(String bootstrap) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        List<ConsumerRecord<String, byte[]>> events = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = TOPICS.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofSeconds(1)).forEach(events::add);
            }
        }
        return events;
    }

    private static String header(ConsumerRecord<String, byte[]> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null ? "-" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static String lastWord(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String shortened(String data) {
        return data.length() <= SHOWN ? data : data.substring(0, SHOWN) + "…";
    }
}
