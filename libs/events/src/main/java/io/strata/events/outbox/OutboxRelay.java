package io.strata.events.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.strata.events.EventsConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Runs this process's {@link Relay} from start to stop. */
@ApplicationScoped
public class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    /** Before SmallRye subscribes (1000), as a consumer that finds no topic looks for it again only much later. */
    private static final int BEFORE_CHANNELS = 500;

    private final Relay relay;
    private final Topics topics;
    private final boolean enabled;
    private Thread thread;

    OutboxRelay(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String user,
            @ConfigProperty(name = "quarkus.datasource.password") String password,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            EventsConfig config) {
        this.topics = new Topics(kafka, config.partitions());
        this.relay = new Relay(
                url,
                user,
                password,
                new KafkaPublisher(kafka),
                topics,
                config.outbox().poll());
        this.enabled = config.outbox().relay();
    }

    void start(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) throws InterruptedException {
        if (!enabled) {
            return;
        }
        try {
            topics.ensure();
        } catch (KafkaException e) {
            LOG.warnf("%s; events wait in the outbox meanwhile", e.getMessage());
        }
        thread = Thread.ofPlatform().name("outbox-relay").daemon().start(relay);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (thread != null) {
            relay.stop(thread);
        }
    }

    /** How many of the schema's slots this process relays. */
    public int slots() {
        return relay.slots();
    }

    /** What keeps events from flowing; empty text when nothing does. */
    public String trouble() {
        return relay.trouble();
    }
}
