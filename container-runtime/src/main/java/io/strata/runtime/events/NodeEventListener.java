package io.strata.runtime.events;

import io.strata.events.inbox.ReceivedEvent;

/**
 * Hears all events that the node hears, as they come: perhaps again after a restart, and also those of other nodes. For
 * what is told on and not acted on ({@code docker events}); must not fail and not block.
 */
public interface NodeEventListener {
    void heard(ReceivedEvent event);
}
