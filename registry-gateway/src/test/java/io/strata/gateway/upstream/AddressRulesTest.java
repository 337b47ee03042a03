package io.strata.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRulesTest {
    private final AddressRules rules = new AddressRules(TestUpstreams.patient());

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "2001:4860:4860::8888, PUBLIC",
        "10.1.2.3, PRIVATE",
        "172.31.0.1, PRIVATE",
        "192.168.1.1, PRIVATE",
        "100.64.0.1, PRIVATE",
        "fd00::1, PRIVATE",
        "127.1.2.3, LOOPBACK",
        "0.0.0.0, LOOPBACK",
        "::1, LOOPBACK",
        "::ffff:127.0.0.1, LOOPBACK",
        "64:ff9b::127.0.0.1, LOOPBACK",
        "64:ff9b::169.254.169.254, LINK_LOCAL",
        "169.254.169.254, LINK_LOCAL",
        "fe80::1, LINK_LOCAL",
        "224.0.0.1, LINK_LOCAL",
        "255.255.255.255, LINK_LOCAL"
    })
    void everyAddressHasItsReach(String address, Reach reach) throws Exception {
        assertThat(Reach.of(InetAddress.getByName(address))).isEqualTo(reach);
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8/v2/, http://8.8.4.4/token",
        "https://8.8.8.8/v2/, https://10.0.0.1/token",
        "https://8.8.8.8/v2/, https://127.0.0.1/token",
        "https://8.8.8.8/v2/, https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/v2/, https://127.0.0.1/token",
        "http://127.0.0.1:5000/v2/, http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:5000/v2/, http://[fe80::1]/",
        "https://8.8.8.8/v2/, https://user:secret@8.8.4.4/",
        "https://8.8.8.8/v2/, file:///etc/passwd",
        "https://8.8.8.8/v2/, https:///nohost"
    })
    void whatLeadsInwardsOrLeavesHttpsIsNotFollowed(String from, String target) {
        assertThatExceptionOfType(UpstreamException.Refused.class)
                .isThrownBy(() -> rules.checkTarget("token realm", URI.create(from), URI.create(target)))
                .withMessageContaining("token realm")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "https://8.8.8.8/v2/, https://8.8.4.4/token",
        "http://127.0.0.1:5000/v2/, http://127.0.0.1:5001/token",
        "http://127.0.0.1:5000/v2/, https://10.0.0.1/token",
        "https://10.0.0.1/v2/, https://10.0.0.2/token",
        "https://169.254.1.1:5000/v2/, https://169.254.1.1:5000/token"
    })
    void whatIsAsFarOutAsTheRegistryIsFollowed(String from, String target) {
        assertThatCode(() -> rules.checkTarget("redirect", URI.create(from), URI.create(target)))
                .doesNotThrowAnyException();
    }

    @Test
    void theOperatorMayAllowAHost() {
        AddressRules open = new AddressRules(TestUpstreams.patient().allowing("10.0.0.1:8443"));
        URI from = URI.create("https://8.8.8.8/");
        assertThatCode(() -> open.checkTarget("redirect", from, URI.create("https://10.0.0.1:8443/")))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(UpstreamException.Refused.class)
                .isThrownBy(() -> open.checkTarget("redirect", from, URI.create("https://10.0.0.1/")));
    }

    @Test
    void namesMeanAddresses() {
        TestUpstreams plain = TestUpstreams.patient();
        RegistryEndpoints own = new RegistryEndpoints(plain);
        assertThat(own.of("docker.io").base()).hasToString("https://registry-1.docker.io");
        assertThat(own.of("quay.io").base()).hasToString("https://quay.io");
        assertThat(own.of("127.0.0.1:5000").base()).hasToString("http://127.0.0.1:5000");
        assertThat(own.of("localhost:5000").base()).hasToString("http://localhost:5000");
        assertThat(own.of("localhost.example:5000").base()).hasToString("https://localhost.example:5000");
        assertThat(own.of("[::1]:5000").base()).hasToString("http://[::1]:5000");
        RegistryEndpoints mapped = new RegistryEndpoints(with("docker.io=http://127.0.0.1:5000/, quay.io=https://m/q"));
        assertThat(mapped.of("docker.io"))
                .isEqualTo(new Endpoint("docker.io", URI.create("http://127.0.0.1:5000"), true));
        assertThat(mapped.of("quay.io").resolve("/v2/")).hasToString("https://m/q/v2/");
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io",
        "docker.io=127.0.0.1:5000",
        "docker.io=ftp://x",
        "=http://x",
        "docker.io=http://u:p@x",
        "'a=http://x,a=http://y'"
    })
    void aWrongMappingStopsTheStart(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryEndpoints(with(text)))
                .withMessageContaining("STRATA_UPSTREAMS");
    }

    private static TestUpstreams with(String registries) {
        TestUpstreams plain = TestUpstreams.patient();
        return new TestUpstreams(Optional.of(registries), plain.allow(), plain.answerTimeout(), plain.stallTimeout());
    }
}
