package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.strata.runtime.containers.Health.Probe;
import io.strata.runtime.containers.Health.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Probe GOOD = new Probe(Instant.EPOCH, Instant.EPOCH, 0, "ok");
    private static final Probe BAD = new Probe(Instant.EPOCH, Instant.EPOCH, 1, "no");

    @Test
    void failuresInARowMakeItUnhealthyAndOneSuccessHealthy() {
        Health health = Health.STARTING.after(BAD, 3, false).after(BAD, 3, false);
        assertThat(health.status()).isEqualTo(Status.STARTING);
        health = health.after(BAD, 3, false);
        assertThat(health.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(health.failingStreak()).isEqualTo(3);
        assertThat(health.after(GOOD, 3, false).status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void whileItStartsFailuresDoNotCount() {
        assertThat(Health.STARTING.after(BAD, 1, true).status()).isEqualTo(Status.STARTING);
        Health started = Health.STARTING.after(GOOD, 1, true);
        assertThat(started.after(BAD, 1, true).status()).isEqualTo(Status.UNHEALTHY);
    }

    @Test
    void theLastFiveProbesAreKept() {
        Health health = Health.STARTING;
        for (int i = 0; i < 9; i++) {
            health = health.after(GOOD, 3, false);
        }
        assertThat(health.log()).hasSize(5);
    }
}
