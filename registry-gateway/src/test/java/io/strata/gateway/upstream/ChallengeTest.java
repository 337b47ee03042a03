package io.strata.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void aBearerChallengeIsReadWithCommasInItsQuotedValues() {
        assertThat(
                        Challenge.parse(
                                List.of(
                                        "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\", scope=\"repository:a/b:pull,push\"")))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:a/b:pull,push")));
    }

    @Test
    void severalChallengesOfOneHeaderAreKeptApart() {
        assertThat(Challenge.parse(
                        List.of("Basic realm=\"x\", BEARER Realm=http://y/, error=\"a \\\"quoted\\\" word\"")))
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "x")),
                        new Challenge("bearer", Map.of("realm", "http://y/", "error", "a \"quoted\" word")));
    }

    @Test
    void whatCannotBeReadEndsTheReading() {
        assertThat(Challenge.parse(List.of("", ",,,", "Bearer", "Bearer realm=\"never closed", "=\"=")))
                .containsExactly(
                        new Challenge("bearer", Map.of()), new Challenge("bearer", Map.of("realm", "never closed")));
    }
}
