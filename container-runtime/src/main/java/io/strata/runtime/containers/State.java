package io.strata.runtime.containers;

import java.util.Locale;

/** Where a container is in its life; paused is said apart, as Docker does. */
public enum State {
    CREATED,
    RUNNING,
    RESTARTING,
    EXITED,
    REMOVING,
    DEAD;

    /** The Engine API's word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether Docker calls the container running: also while it waits to be started again. */
    public boolean alive() {
        return this == RUNNING || this == RESTARTING;
    }
}
