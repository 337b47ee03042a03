package io.strata.commit.commits;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.events.StrataEvent;
import io.strata.events.inbox.Deliveries;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** The nodes' answers. The row is changed with the inbox; what follows begins after that transaction, on another thread. */
@ApplicationScoped
class CapturedLayers {
    private final Deliveries deliveries;
    private final Saga saga;
    private final Naming naming;
    private final Waiting waiting;

    CapturedLayers(Deliveries deliveries, Saga saga, Naming naming, Waiting waiting) {
        this.deliveries = deliveries;
        this.saga = saga;
        this.naming = naming;
        this.waiting = waiting;
    }

    @Incoming("events")
    @Blocking(ordered = true)
    void on(ConsumerRecord<String, byte[]> record) {
        List<Runnable> afterwards = new ArrayList<>();
        deliveries.once(record, CapturedLayers::isAnswer, received -> {
            afterwards.clear();
            apply(received.event(), afterwards);
        });
        afterwards.forEach(Runnable::run);
    }

    private static boolean isAnswer(StrataEvent event) {
        return event instanceof WritableLayerCaptured || event instanceof WritableLayerRefused;
    }

    private void apply(StrataEvent event, List<Runnable> afterwards) {
        switch (event) {
            case WritableLayerCaptured captured -> {
                UUID id = UUID.fromString(captured.commitId());
                if (saga.captured(id, captured)) {
                    afterwards.add(() -> naming.begin(id));
                }
            }
            case WritableLayerRefused refused -> {
                UUID id = UUID.fromString(refused.commitId());
                if (saga.refused(id, refused)) {
                    afterwards.add(() -> waiting.wake(id));
                }
            }
            default -> throw new IllegalStateException(event.name() + " is no answer to a commit");
        }
    }
}
