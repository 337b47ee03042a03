package io.strata.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static String header(String json) {
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anonymousIsWhatTheClientSendsForIt() {
        assertThat(Credentials.fromHeader("e30=").anonymous()).isTrue();
        assertThat(Credentials.fromHeader(null).anonymous()).isTrue();
        assertThat(Credentials.fromHeader("").anonymous()).isTrue();
    }

    @Test
    void nameAndPasswordComeApartOrAsAuth() {
        Credentials apart = Credentials.fromHeader(header("{\"username\":\"cb\",\"password\":\"p:w?>\",\"more\":1}"));
        Credentials together = Credentials.fromHeader(header("{\"auth\":\""
                + Base64.getEncoder().encodeToString("cb:p:w?>".getBytes(StandardCharsets.UTF_8)) + "\"}"));
        assertThat(apart.basic()).isPresent().isEqualTo(together.basic());
        assertThat(apart.password()).isEqualTo("p:w?>");
    }

    @Test
    void secretsAreInNoText() {
        Credentials secret = new Credentials("cb", "planted", null, "x", "planted", "planted");
        assertThat(secret.toString()).doesNotContain("planted", "cb");
        assertThat(secret.fingerprint()).doesNotContain("planted");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.fromHeader(header("{\"password\":\"planted\"")))
                .withMessageNotContaining("planted");
    }

    @Test
    void whatIsNoHeaderIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.fromHeader("%%%"));
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.fromHeader(header("[1]")));
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.fromHeader("a".repeat(100_000)));
    }
}
