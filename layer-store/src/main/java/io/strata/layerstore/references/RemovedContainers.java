package io.strata.layerstore.references;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.strata.events.ContainerEvent.ContainerRemoved;
import io.strata.events.inbox.Deliveries;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A container's references end with the container, also when its node is away by then. */
@ApplicationScoped
class RemovedContainers {
    private final Deliveries deliveries;
    private final References references;

    RemovedContainers(Deliveries deliveries, References references) {
        this.deliveries = deliveries;
        this.references = references;
    }

    @Incoming("events")
    @Blocking(ordered = true)
    void on(ConsumerRecord<String, byte[]> record) {
        deliveries.once(
                record,
                ContainerRemoved.class::isInstance,
                received -> references.drop(received.event().aggregateId()));
    }
}
