package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.NetworkingConfig.EndpointConfig;
import io.strata.runtime.network.NetworkException;
import io.strata.runtime.network.NodeNetwork.Connected;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import io.strata.runtime.network.PortBindings;
import io.strata.runtime.network.PortBindings.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A container's networks and ports in the Engine API's forms. */
final class NetworkView {
    private NetworkView() {}

    /** {@code NetworkSettings} of {@code docker inspect}. */
    static Map<String, Object> settings(Container container, Optional<Connected> connected) {
        List<Endpoint> endpoints = connected.map(Connected::endpoints).orElse(List.of());
        Endpoint bridge = endpoints.stream()
                .filter(e -> e.networkName().equals("bridge"))
                .findFirst()
                .orElse(new Endpoint("", "", "", "", "", 0, "", "", List.of(), List.of()));
        String sandbox =
                connected.flatMap(Connected::namespace).map(Object::toString).orElse("");
        return Json.of(
                "Bridge",
                "",
                "SandboxID",
                connected.isPresent() ? container.id() : "",
                "SandboxKey",
                sandbox,
                "Ports",
                ports(container, connected),
                "HairpinMode",
                false,
                "LinkLocalIPv6Address",
                "",
                "LinkLocalIPv6PrefixLen",
                0,
                "SecondaryIPAddresses",
                null,
                "SecondaryIPv6Addresses",
                null,
                "EndpointID",
                bridge.endpointId(),
                "Gateway",
                bridge.gateway(),
                "GlobalIPv6Address",
                "",
                "GlobalIPv6PrefixLen",
                0,
                "IPAddress",
                bridge.ipAddress(),
                "IPPrefixLen",
                bridge.prefixLength(),
                "IPv6Gateway",
                "",
                "MacAddress",
                bridge.macAddress(),
                "Networks",
                networks(container, endpoints));
    }

    private static Object ports(Container container, Optional<Connected> connected) {
        try {
            return connected.isEmpty()
                    ? Map.of()
                    : PortBindings.render(
                            connected.get().ports(),
                            container.config().exposedPorts().keySet());
        } catch (NetworkException e) {
            throw new IllegalStateException("a port that was checked before", e);
        }
    }

    /** Also for a container that does not run: which networks it will be on, without addresses. */
    static Map<String, Object> networks(Container container, List<Endpoint> endpoints) {
        Map<String, Object> networks = new LinkedHashMap<>();
        for (String name : names(container)) {
            networks.put(name, endpoint(container, name, Optional.empty()));
        }
        for (Endpoint endpoint : endpoints) {
            networks.put(endpoint.networkName(), endpoint(container, endpoint.networkName(), Optional.of(endpoint)));
        }
        return networks;
    }

    private static Set<String> names(Container container) {
        Set<String> names = new LinkedHashSet<>();
        String mode = container.hostConfig().networkMode();
        if (!mode.startsWith("container:")) {
            names.add(mode.equals("default") ? "bridge" : mode);
        }
        container.networking().endpoints().keySet().stream()
                .map(name -> name.equals("default") ? "bridge" : name)
                .forEach(names::add);
        return names;
    }

    private static Map<String, Object> endpoint(Container container, String name, Optional<Endpoint> endpoint) {
        Optional<EndpointConfig> said =
                Optional.ofNullable(container.networking().endpoints().get(name));
        List<String> aliases = endpoint.map(Endpoint::aliases)
                .orElse(said.map(EndpointConfig::aliases).orElse(List.of()));
        return Json.of(
                "IPAMConfig", said.map(EndpointConfig::ipam).orElse(null),
                "Links", said.map(EndpointConfig::links).orElse(null),
                "Aliases", aliases.isEmpty() ? null : aliases,
                "MacAddress", endpoint.map(Endpoint::macAddress).orElse(""),
                "DriverOpts", said.map(EndpointConfig::driverOpts).orElse(null),
                "GwPriority", 0,
                "NetworkID", endpoint.map(Endpoint::networkId).orElse(""),
                "EndpointID", endpoint.map(Endpoint::endpointId).orElse(""),
                "Gateway", endpoint.map(Endpoint::gateway).orElse(""),
                "IPAddress", endpoint.map(Endpoint::ipAddress).orElse(""),
                "IPPrefixLen", endpoint.map(Endpoint::prefixLength).orElse(0),
                "IPv6Gateway", "",
                "GlobalIPv6Address", "",
                "GlobalIPv6PrefixLen", 0,
                "DNSNames", endpoint.map(Endpoint::dnsNames).orElse(null));
    }

    /** The {@code Ports} of {@code docker ps}: those that are bound, then those that are only exposed. */
    static List<Map<String, Object>> listed(Container container, Optional<Connected> connected) {
        List<Map<String, Object>> listed = new ArrayList<>();
        Set<String> bound = new LinkedHashSet<>();
        for (PublishedPort port : connected.map(Connected::ports).orElse(List.of())) {
            bound.add(new Port(port.containerPort(), port.protocol()).toString());
            listed.add(Json.of(
                    "IP", port.hostIp(),
                    "PrivatePort", port.containerPort(),
                    "PublicPort", port.hostPort(),
                    "Type", port.protocol()));
        }
        if (connected.isPresent()) {
            for (String exposed : container.config().exposedPorts().keySet()) {
                if (!bound.contains(exposed)) {
                    listed.add(exposed(exposed));
                }
            }
        }
        return listed;
    }

    private static Map<String, Object> exposed(String text) {
        try {
            Port port = Port.parse(text);
            return Json.of("PrivatePort", port.number(), "Type", port.protocol());
        } catch (NetworkException e) {
            throw new IllegalStateException("a port that was checked before", e);
        }
    }
}
