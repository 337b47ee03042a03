package io.strata.runtime.events;

import io.quarkus.arc.All;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.strata.events.inbox.Deliveries;
import io.strata.events.inbox.EventCodec;
import io.strata.events.inbox.ReceivedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** The node's one ear: a consumer group of its own, so that each node hears everything. */
@ApplicationScoped
public class NodeEvents {
    private final Deliveries deliveries;
    private final List<NodeEventHandler> handlers;
    private final List<NodeEventListener> listeners;

    NodeEvents(Deliveries deliveries, @All List<NodeEventHandler> handlers, @All List<NodeEventListener> listeners) {
        this.deliveries = deliveries;
        this.handlers = handlers;
        this.listeners = listeners;
    }

    @Incoming("events")
    @Blocking(ordered = true)
    void on(ConsumerRecord<String, byte[]> record) {
        EventCodec.read(record).ifPresent(event -> listeners.forEach(listener -> listener.heard(event)));
        deliveries.once(record, event -> handlers.stream().anyMatch(handler -> handler.wants(event)), this::applyAll);
    }

    private void applyAll(ReceivedEvent received) {
        for (NodeEventHandler handler : handlers) {
            if (handler.wants(received.event())) {
                handler.apply(received);
            }
        }
    }
}
