package io.strata.events.inbox;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.events.PoisonEventException;
import io.strata.events.StrataEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Gives an event to its effect, once. The effect and the memory of it are one transaction. While the database is away the
 * event waits, and with it all that come after; an effect that fails for another reason is tried a few times, then the
 * event goes to the dead letters (by the channel's failure strategy).
 */
@ApplicationScoped
public class Deliveries {
    private static final Logger LOG = Logger.getLogger(Deliveries.class);
    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Inbox inbox;

    Deliveries(Inbox inbox) {
        this.inbox = inbox;
    }

    /**
     * Call it from the channel's method, {@code @Incoming @Blocking(ordered = true)}; on the caller's thread, returns after
     * the commit.
     *
     * @param wanted what this consumer acts on; for everything else nothing is written
     * @throws PoisonEventException when the record is not an event
     */
    public void once(
            ConsumerRecord<String, byte[]> record, Predicate<StrataEvent> wanted, Consumer<ReceivedEvent> effect) {
        Optional<ReceivedEvent> received = EventCodec.read(record).filter(r -> wanted.test(r.event()));
        if (received.isEmpty()) {
            return;
        }
        Duration pause = FIRST_PAUSE;
        for (int failed = 0; ; ) {
            try {
                apply(received.get(), effect);
                return;
            } catch (RuntimeException e) {
                if (inbox.isReachable()) {
                    failed++;
                }
                if (failed >= TRIES) {
                    throw e;
                }
                LOG.warnf(
                        failed <= 1 ? e : null,
                        "%s of %s is tried again",
                        received.get().event().name(),
                        record.key());
                pause(pause, e);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    private void apply(ReceivedEvent received, Consumer<ReceivedEvent> effect) {
        QuarkusTransaction.requiringNew().run(() -> {
            if (inbox.firstTime(received.id())) {
                effect.accept(received);
            }
        });
    }

    private static void pause(Duration pause, RuntimeException failure) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
