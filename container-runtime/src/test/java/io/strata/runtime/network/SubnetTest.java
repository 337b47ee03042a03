package io.strata.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @Test
    void aSubnetIsItsRange() throws NetworkException {
        Subnet subnet = Subnet.parse("172.17.5.9/16");

        assertThat(subnet).hasToString("172.17.0.0/16");
        assertThat(subnet.at(2).getHostAddress()).isEqualTo("172.17.0.2");
        assertThat(subnet.last().getHostAddress()).isEqualTo("172.17.255.255");
        assertThat(subnet.contains(InetAddress.ofLiteral("172.17.255.1"))).isTrue();
        assertThat(subnet.contains(InetAddress.ofLiteral("172.18.0.1"))).isFalse();
        assertThat(subnet.contains(InetAddress.ofLiteral("::1"))).isFalse();
        assertThat(subnet.overlaps(Subnet.parse("172.17.9.0/24"))).isTrue();
        assertThat(subnet.overlaps(Subnet.parse("172.16.0.0/12"))).isTrue();
        assertThat(subnet.overlaps(Subnet.parse("172.18.0.0/16"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.17.0.0", "172.17.0.0/33", "172.17.0.0/4", "fd00::/64", "x/16", "/16", "1.2.3/24"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Subnet.parse(text))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining(text);
    }

    @Test
    void routesOfTheMachineAreRead() {
        assertThat(Subnets.routed(List.of(
                        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                        "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                        "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
                        "br\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0")))
                .hasToString("[192.0.2.0/24, 172.17.0.0/16]");
    }

    @Test
    void addressesGoRoundAndAreGivenOnce() throws NetworkException {
        Addresses addresses = new Addresses(Subnet.parse("10.0.0.0/29"), Subnet.parse("10.0.0.0/29"));
        addresses.mark(InetAddress.ofLiteral("10.0.0.1"));

        InetAddress two = addresses.take("net");
        assertThat(two.getHostAddress()).isEqualTo("10.0.0.2");
        addresses.giveBack(two);
        for (String expected : List.of("10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.2")) {
            assertThat(addresses.take("net").getHostAddress()).isEqualTo(expected);
        }
        assertThatThrownBy(() -> addresses.take("net"))
                .hasMessage("no available IPv4 addresses on this network's address pools: net");
    }
}
