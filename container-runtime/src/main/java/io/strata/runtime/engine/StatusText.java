package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Health;
import io.strata.runtime.containers.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The STATUS column of {@code docker ps}, in the words of moby's {@code container/state.go} and go-units. */
final class StatusText {
    private StatusText() {}

    static String of(Container container, Optional<Health> health, Instant now) {
        Container.Run run = container.run();
        return switch (container.state()) {
            case CREATED -> "Created";
            case REMOVING -> "Removal In Progress";
            case DEAD -> "Dead";
            case RUNNING ->
                "Up " + since(run.startedAt(), now)
                        + (container.paused()
                                ? " (Paused)"
                                : health.map(StatusText::shown).orElse(""));
            case RESTARTING -> "Restarting (" + run.exitCode() + ") " + since(run.finishedAt(), now) + " ago";
            case EXITED ->
                run.finishedAt()
                        .map(at -> "Exited (" + run.exitCode() + ") " + human(Duration.between(at, now)) + " ago")
                        .orElse("Created");
        };
    }

    private static String shown(Health health) {
        return health.status() == Health.Status.STARTING
                ? " (health: starting)"
                : " (" + health.status().word() + ")";
    }

    private static String since(Optional<Instant> at, Instant now) {
        return human(at.map(t -> Duration.between(t, now)).orElse(Duration.ZERO));
    }

    /** go-units' {@code HumanDuration}. */
    static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = duration.toMinutes();
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = Math.round(duration.toSeconds() / 3600.0);
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }

    /** The word in {@code State} and {@code State.Status}. */
    static String word(Container container) {
        return container.paused() && container.state() == State.RUNNING
                ? "paused"
                : container.state().word();
    }
}
