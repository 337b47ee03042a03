package io.strata.local;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Kafka's own KRaft server, broker and controller in one, with its log folder and cluster id kept over restarts. The test
 * companion's broker draws a new cluster id each time and deletes its folder on close, so it is not used.
 */
final class KafkaBroker implements Parts.Part {
    /** Any 16 bytes in base64; fixed, so that a kept log folder stays this cluster's. */
    private static final String CLUSTER_ID = "c3RyYXRhLWxvY2FsLWthZg";

    private static final int NODE_ID = 1;

    /** {@code io.strata.events.Topic}, whose module needs Quarkus and is not on this class path. */
    static final List<String> TOPICS = List.of("strata.layers", "strata.images", "strata.containers", "strata.commits");

    private static final int PARTITIONS = 4;

    private final KafkaRaftServer server;

    private KafkaBroker(KafkaRaftServer server) {
        this.server = server;
    }

    static KafkaBroker start(PartsOptions options) throws Exception {
        Path logs = options.home().resolve("kafka");
        format(logs);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(configuration(options, logs)), Time.SYSTEM);
        server.startup();
        createTopics(options, logs);
        return new KafkaBroker(server);
    }

    /** Formatting is a no-op on a folder that is formatted: what is in it stays. */
    private static void format(Path logs) throws Exception {
        Files.createDirectories(logs);
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(CLUSTER_ID)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setDirectories(List.of(logs.toString()))
                .setMetadataLogDirectory(logs.toString())
                .setIgnoreFormatted(true)
                .run();
    }

    private static Map<String, Object> configuration(PartsOptions options, Path logs) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("process.roles", "broker,controller");
        to.put("node.id", String.valueOf(NODE_ID));
        to.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + options.kafkaControllerPort());
        to.put("controller.listener.names", "CONTROLLER");
        to.put(
                "listeners",
                "BROKER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(options.kafkaPort(), options.kafkaControllerPort()));
        to.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        to.put("inter.broker.listener.name", "BROKER");
        to.put("log.dir", logs.toString());

        // One broker: nothing is replicated, and 50 partitions of offsets would only slow the start.
        to.put("offsets.topic.replication.factor", "1");
        to.put("offsets.topic.num.partitions", "1");
        to.put("transaction.state.log.replication.factor", "1");
        to.put("transaction.state.log.min.isr", "1");
        to.put("transaction.state.log.num.partitions", "1");
        to.put("num.partitions", String.valueOf(PARTITIONS));
        // A service that starts alone need not wait for others to join its group.
        to.put("group.initial.rebalance.delay.ms", "0");
        // Services ask for a session of 6 s; the broker's own minimum is 6 s, tests ask for less.
        to.put("group.min.session.timeout.ms", "1000");

        // After SIGKILL the new broker is refused until the old one's session ends: keep that short.
        to.put("broker.session.timeout.ms", "2000");
        to.put("broker.heartbeat.interval.ms", "500");

        // A small process: the cleaner alone would take 128 MiB.
        to.put("num.network.threads", "2");
        to.put("num.io.threads", "2");
        to.put("background.threads", "2");
        to.put("log.cleaner.dedupe.buffer.size", String.valueOf(2 << 20));
        to.put("log.cleaner.io.buffer.size", String.valueOf(64 << 10));
        to.put("log.segment.bytes", String.valueOf(64 << 20));
        to.put("log.index.size.max.bytes", String.valueOf(1 << 20));
        return to;
    }

    private static void createTopics(PartsOptions options, Path logs) throws InterruptedException {
        List<NewTopic> missing = TOPICS.stream()
                .filter(topic -> Files.notExists(logs.resolve(topic + "-" + (PARTITIONS - 1))))
                .map(topic -> new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1)))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + options.kafkaPort()))) {
            for (var created : admin.createTopics(missing).values().values()) {
                try {
                    created.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new PartException(
                                "Kafka cannot create its topics: "
                                        + e.getCause().getMessage(),
                                e);
                    }
                }
            }
        }
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    @Override
    public String awaitEnd() {
        server.awaitShutdown();
        return "";
    }
}
