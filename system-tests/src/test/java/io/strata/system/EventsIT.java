package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.events.EventJson;
import io.strata.events.StrataEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Each step of the story is on Kafka as docs/events.md says, and nothing that the catalogue lacks. */
class EventsIT {
    private final Strata strata = Strata.running();

    @Test
    void theStoryIsToldAndEveryEventIsInTheCatalogue() throws Exception {
        strata.ok("pull", "-q", "redis");
        String id = strata.ok("run", "-d", "--name", "told", "redis");
        strata.ok("pause", id);
        strata.ok("unpause", id);
        strata.ok("rename", id, "told-again");
        strata.ok("commit", id, "told:1");
        strata.ok("rm", "-f", "-v", id);
        strata.ok("rmi", "told:1");

        List<ConsumerRecord<String, byte[]>> records = readUntil("ContainerRemoved", id);
        String catalogue = Files.readString(Strata.projectRoot().resolve("docs/events.md"));
        Set<String> ofTheContainer = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            String type = header(record, "ce_type");
            Optional<StrataEvent> event = EventJson.read(type, record.value());
            assertThat(event).as("an event of type " + type).isPresent();
            assertThat(catalogue).as("docs/events.md").contains(event.get().name());
            assertThat(record.key()).as("key of " + type).isEqualTo(event.get().aggregateId());
            assertThat(record.topic()).isEqualTo(event.get().topic().topicName());
            assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
            assertThat(header(record, "ce_id")).isNotEmpty();
            assertThat(header(record, "ce_source")).startsWith("/strata/");
            all.add(event.get().name());
            if (record.key().equals(id)) {
                ofTheContainer.add(event.get().name());
            }
        }
        assertThat(ofTheContainer)
                .contains(
                        "ContainerCreated",
                        "ContainerStarted",
                        "ContainerPaused",
                        "ContainerUnpaused",
                        "ContainerRenamed",
                        "WritableLayerCaptured",
                        "ContainerDied",
                        "ContainerRemoved");
        assertThat(all)
                .contains(
                        "LayerStored",
                        "LayerIndexed",
                        "ImagePulled",
                        "ImageTagged",
                        "CommitRequested",
                        "ContainerCommitted");
        assertThat(records.stream().map(r -> header(r, "ce_id")).distinct().count())
                .as("no event is told twice while nothing breaks")
                .isEqualTo(records.size());
    }

    @Test
    void dockerEventsShowsThemInDockersForm() {
        long since = System.currentTimeMillis() / 1000;
        strata.ok("pull", "-q", "busybox");
        strata.ok("run", "--rm", "--name", "shown", "busybox", "true");
        Ran events = strata.shell("docker events --since " + since
                + " --until $(($(date +%s) + 1)) --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'");
        assertThat(events.out())
                .contains(
                        "container create shown",
                        "container start shown",
                        "container die shown",
                        "container destroy shown");
    }

    private List<ConsumerRecord<String, byte[]>> readUntil(String lastType, String key) {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", "127.0.0.1:" + strata.port(4)));
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    List.of("strata.layers", "strata.images", "strata.containers", "strata.commits").stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                if (records.stream()
                        .anyMatch(
                                r -> key.equals(r.key()) && header(r, "ce_type").endsWith(lastType))) {
                    return records;
                }
            }
        }
        throw new AssertionError("no " + lastType + " of " + key + " within 30 s");
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
