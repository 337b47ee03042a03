package io.strata.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PullRequestTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static String reference(String fromImage, String tag) {
        return PullRequest.of(fromImage, Optional.ofNullable(tag), Optional.empty(), Optional.empty())
                .reference()
                .toString();
    }

    @Test
    void aTagOrADigestMayComeInEitherPlace() {
        assertThat(reference("docker.io/library/redis", "7")).isEqualTo("docker.io/library/redis:7");
        assertThat(reference("redis:7", null)).isEqualTo("docker.io/library/redis:7");
        assertThat(reference("redis", DIGEST)).isEqualTo("docker.io/library/redis@" + DIGEST);
        assertThat(reference("redis@" + DIGEST, null)).isEqualTo("docker.io/library/redis@" + DIGEST);
        assertThat(reference("127.0.0.1:5000/a/b", "x")).isEqualTo("127.0.0.1:5000/a/b:x");
        assertThat(reference("redis:6", "7")).isEqualTo("docker.io/library/redis:7");
    }

    @Test
    void everyTagAtOnceIsNotThereYet() {
        assertThatThrownBy(() -> reference("redis", null)).isInstanceOf(EngineException.NotImplemented.class);
        assertThatThrownBy(() -> reference("127.0.0.1:5000/redis:", null))
                .isInstanceOf(EngineException.NotImplemented.class);
    }

    @Test
    void whatIsNoNameIsInvalid() {
        assertThatThrownBy(() -> reference("Redis", "7"))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("must be lowercase");
        assertThatThrownBy(() -> reference("redis", "../x")).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> reference("redis", "sha256:../../x")).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> PullRequest.of("redis", Optional.of("7"), Optional.of("a/b/c/d"), Optional.empty()))
                .isInstanceOf(EngineException.InvalidInput.class);
    }
}
