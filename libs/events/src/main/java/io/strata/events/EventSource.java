package io.strata.events;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who this process is among those that tell and hear events. */
@ApplicationScoped
public class EventSource {
    private final String uri;
    private final String consumer;

    EventSource(@ConfigProperty(name = "quarkus.application.name") String service, EventsConfig config) {
        this.uri = "/strata/" + service + config.node().map(n -> "/" + n).orElse("");
        this.consumer = service + config.node().map(n -> "-" + n).orElse("");
    }

    /** {@code ce_source}: {@code /strata/<service>[/<node>]}. */
    public String uri() {
        return uri;
    }

    /** The consumer group, and the name in the inbox: {@code <service>[-<node>]}. */
    public String consumer() {
        return consumer;
    }
}
