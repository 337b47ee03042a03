package io.strata.events;

/** A record on a topic of ours that no repeat will make readable: it belongs to the dead letters. */
public final class PoisonEventException extends RuntimeException {
    public PoisonEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
