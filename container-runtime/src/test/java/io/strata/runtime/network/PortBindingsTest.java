package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import io.strata.runtime.routing.EngineJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortBindingsTest {
    @Test
    void bindingsAndExposedPortsAreAskedFor() throws NetworkException {
        var bindings = EngineJson.tree("{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8000-8010\"},"
                + "{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"}],\"53/udp\":[{\"HostIp\":\"\",\"HostPort\":\"53\"}]}");

        assertThat(PortBindings.parse(bindings, List.of("80/tcp", "443"), true))
                .containsExactly(
                        new PortRequest(80, "tcp", "", 8000, 8010),
                        new PortRequest(80, "tcp", "127.0.0.1", 0, 0),
                        new PortRequest(53, "udp", "", 53, 53),
                        new PortRequest(443, "tcp", "", 0, 0));
        assertThat(PortBindings.parse(null, List.of("80"), false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"80/icmp\":[{}]}",
                "{\"70000/tcp\":[{}]}",
                "{\"80/tcp\":[{\"HostPort\":\"9-8\"}]}",
                "{\"80/tcp\":[{\"HostPort\":\"x\"}]}",
                "{\"80/tcp\":[{\"HostIp\":\"localhost\"}]}"
            })
    void whatIsNoPortIsRefused(String bindings) {
        assertThatThrownBy(() -> PortBindings.parse(EngineJson.tree(bindings), List.of(), false))
                .isInstanceOf(NetworkException.class);
    }

    @Test
    void portsAreShownAsDockerShowsThem() throws NetworkException {
        assertThat(EngineJson.text(PortBindings.render(
                        List.of(
                                new PublishedPort(80, "tcp", "0.0.0.0", 8080),
                                new PublishedPort(80, "tcp", "::", 8080)),
                        List.of("443/tcp"))))
                .isEqualTo("{\"443/tcp\":null,\"80/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8080\"},"
                        + "{\"HostIp\":\"::\",\"HostPort\":\"8080\"}]}");
    }
}
