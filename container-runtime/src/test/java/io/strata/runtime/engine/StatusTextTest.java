package io.strata.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.5S,Less than a second",
        "PT1S,1 second",
        "PT59S,59 seconds",
        "PT1M,About a minute",
        "PT2M30S,2 minutes",
        "PT59M59S,59 minutes",
        "PT1H,About an hour",
        "PT90M,2 hours",
        "PT47H,47 hours",
        "PT48H,2 days",
        "P13D,13 days",
        "P14D,2 weeks",
        "P59D,8 weeks",
        "P60D,2 months",
        "P729D,24 months",
        "P731D,2 years"
    })
    void durationsAreThoseOfGoUnits(Duration duration, String text) {
        assertThat(StatusText.human(duration)).isEqualTo(text);
    }
}
