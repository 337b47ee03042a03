package io.strata.runtime.containers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Engine API's {@code NetworkingConfig}: what the user said about each network. */
public record NetworkingConfig(
        @JsonProperty("EndpointsConfig") Map<String, EndpointConfig> endpoints) {
    public static final NetworkingConfig NONE = new NetworkingConfig(Map.of());

    public NetworkingConfig {
        Map<String, EndpointConfig> known = new LinkedHashMap<>();
        if (endpoints != null) {
            endpoints.forEach((network, said) -> known.put(network, said == null ? EndpointConfig.NONE : said));
        }
        endpoints = known;
    }

    public record EndpointConfig(
            @JsonProperty("IPAMConfig") Ipam ipam,
            @JsonProperty("Links") List<String> links,
            @JsonProperty("Aliases") List<String> aliases,
            @JsonProperty("MacAddress") String macAddress,
            @JsonProperty("DriverOpts") Map<String, String> driverOpts) {
        static final EndpointConfig NONE = new EndpointConfig(null, null, null, null, null);

        public EndpointConfig {
            aliases = aliases == null ? List.of() : aliases;
            macAddress = macAddress == null ? "" : macAddress;
        }
    }

    public record Ipam(
            @JsonProperty("IPv4Address") String ipv4,
            @JsonProperty("IPv6Address") String ipv6,
            @JsonProperty("LinkLocalIPs") List<String> linkLocal) {}
}
