package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.strata.runtime.errors.EngineException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    @Test
    void momentsComeAsSecondsAsDatesAndAsDurations() {
        assertThat(Timestamps.parse("1700000000.000000042")).isEqualTo(Instant.ofEpochSecond(1_700_000_000, 42));
        assertThat(Timestamps.parse("1700000000")).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(Timestamps.parse("2026-01-02T03:04:05.5+01:00")).isEqualTo(Instant.parse("2026-01-02T02:04:05.5Z"));
        assertThat(Timestamps.parse("2026-01-02")).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(Timestamps.parse("1h30m"))
                .isCloseTo(Instant.now().minus(90, ChronoUnit.MINUTES), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> Timestamps.parse("yesterday")).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> Timestamps.parse("2026-13-01")).isInstanceOf(EngineException.InvalidInput.class);
    }

    @Test
    void logsShowNineDigits() {
        assertThat(Timestamps.nanoseconds(Instant.ofEpochSecond(0, 5))).isEqualTo("1970-01-01T00:00:00.000000005Z");
    }
}
