package io.strata.runtime.events;

import io.strata.events.StrataEvent;
import io.strata.events.inbox.ReceivedEvent;

/**
 * A feature that acts on the cluster's events on this node. Make it an {@code @ApplicationScoped} bean; {@link NodeEvents}
 * collects all of them. Events of one key come in order, each once.
 */
public interface NodeEventHandler {
    /** Cheap and without effects: asked for every event that the node hears. */
    boolean wants(StrataEvent event);

    /**
     * Runs in the transaction that remembers the event: write a row, start long work from that row after the commit. When it
     * fails, the event comes again; an event that fails five times goes to the dead letters.
     */
    void apply(ReceivedEvent event);
}
