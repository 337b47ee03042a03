package io.strata.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A change of state that happened, or the one request ({@link CommitEvent.CommitRequested}). Its simple class name is the
 * CloudEvents type's last word; {@code docs/events.md} is the catalogue.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface StrataEvent permits LayerEvent, ImageEvent, ContainerEvent, CommitEvent {
    /** The id of the thing that changed: Kafka's key, so that one thing's events stay in order. */
    @JsonIgnore
    String aggregateId();

    @JsonIgnore
    Topic topic();

    @JsonIgnore
    default String name() {
        return getClass().getSimpleName();
    }
}
