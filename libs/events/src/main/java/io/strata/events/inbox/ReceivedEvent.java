package io.strata.events.inbox;

import io.strata.events.StrataEvent;
import java.time.Instant;
import java.util.UUID;

/** An event as it was heard. {@code source} is {@code /strata/<service>[/<node>]}; {@code time} is when it happened. */
public record ReceivedEvent(UUID id, String source, Instant time, StrataEvent event) {}
