package io.strata.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({"SIGTERM,15", "term,15", "9,9", "KILL,9", "SIGRTMIN+3,37", "RTMAX-1,63", "64,64", "usr1,10"})
    void namesAndNumbersAreKnown(String given, int number) {
        assertThat(Signals.number(given)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65", "SIG", "SIGNOPE", "-9", "RTMIN+99", "9 "})
    void othersAreRefused(String given) {
        assertThatThrownBy(() -> Signals.number(given))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("invalid signal: " + given);
    }

    @Test
    void logOptionsAreThoseOfJsonFile() {
        assertThat(LogLimits.of(Map.of())).isEqualTo(LogLimits.NONE);
        assertThat(LogLimits.of(Map.of("max-size", "10m", "max-file", "3"))).isEqualTo(new LogLimits(10 << 20, 3));
        assertThat(LogLimits.of(Map.of("max-size", "-1"))).isEqualTo(LogLimits.NONE);
        assertThatThrownBy(() -> LogLimits.of(Map.of("max-size", "ten"))).hasMessage("invalid size: 'ten'");
        assertThatThrownBy(() -> LogLimits.of(Map.of("max-file", "3"))).hasMessageContaining("needs a max-size");
    }
}
