package io.strata.runtime.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Engine API's form of ports, {@code {"80/tcp":[{"HostIp":"","HostPort":"8000-8010"}]}}, and ours. */
public final class PortBindings {
    private static final int LARGEST = 65535;

    private PortBindings() {}

    /** A container's port, {@code 80/tcp} as Docker writes it. */
    public record Port(int number, String protocol) {
        @Override
        public String toString() {
            return number + "/" + protocol;
        }

        /** @param text {@code 80} or {@code 80/udp} */
        public static Port parse(String text) throws NetworkException {
            int slash = text.indexOf('/');
            String protocol = slash < 0 ? "tcp" : text.substring(slash + 1).toLowerCase(java.util.Locale.ROOT);
            if (!protocol.equals("tcp") && !protocol.equals("udp")) {
                throw protocol.equals("sctp")
                        ? new NetworkException(Reason.NOT_IMPLEMENTED, "publishing SCTP ports is not supported")
                        : new NetworkException(Reason.INVALID, "invalid proto: " + protocol);
            }
            return new Port(portNumber(slash < 0 ? text : text.substring(0, slash), text), protocol);
        }
    }

    /**
     * @param bindings   {@code HostConfig.PortBindings}, may be null
     * @param exposed    the ports of {@code Config.ExposedPorts}, published on free ports when {@code publishAll}
     * @throws NetworkException for what is not a port
     */
    public static List<PortRequest> parse(JsonNode bindings, Collection<String> exposed, boolean publishAll)
            throws NetworkException {
        List<PortRequest> requests = new ArrayList<>();
        Map<String, Port> named = new LinkedHashMap<>();
        if (bindings != null && bindings.isObject()) {
            for (var entry : bindings.properties()) {
                Port port = Port.parse(entry.getKey());
                if (entry.getValue().isArray()) {
                    for (JsonNode binding : entry.getValue()) {
                        requests.add(request(port, binding));
                    }
                    if (!entry.getValue().isEmpty()) {
                        named.put(port.toString(), port);
                    }
                }
            }
        }
        if (publishAll) {
            for (String text : exposed) {
                Port port = Port.parse(text);
                if (!named.containsKey(port.toString())) {
                    requests.add(new PortRequest(port.number(), port.protocol(), "", 0, 0));
                }
            }
        }
        return requests;
    }

    private static PortRequest request(Port port, JsonNode binding) throws NetworkException {
        String address = binding.path("HostIp").asText("");
        String text = binding.path("HostPort").asText("");
        int dash = text.indexOf('-');
        int first = text.isEmpty() ? 0 : portNumber(dash < 0 ? text : text.substring(0, dash), text);
        int last = dash < 0 ? first : portNumber(text.substring(dash + 1), text);
        if (last < first) {
            throw new NetworkException(Reason.INVALID, "invalid port range: " + text);
        }
        HostAddress.parse(address);
        return new PortRequest(port.number(), port.protocol(), address, first, last);
    }

    private static int portNumber(String text, String whole) throws NetworkException {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= LARGEST) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below with the whole text
        }
        throw new NetworkException(Reason.INVALID, "invalid port specification: \"" + whole + "\"");
    }

    /**
     * {@code NetworkSettings.Ports}: every exposed port, with the addresses it is bound to or null.
     *
     * @return port ({@code 80/tcp}) to bindings {@code {HostIp, HostPort}}
     */
    public static Map<String, List<Map<String, String>>> render(
            List<PublishedPort> published, Collection<String> exposed) throws NetworkException {
        Map<String, List<Map<String, String>>> ports = new TreeMap<>();
        for (String text : exposed) {
            ports.put(Port.parse(text).toString(), null);
        }
        for (PublishedPort port : published) {
            String key = new Port(port.containerPort(), port.protocol()).toString();
            List<Map<String, String>> bindings = ports.get(key);
            if (bindings == null) {
                bindings = new ArrayList<>();
                ports.put(key, bindings);
            }
            Map<String, String> binding = new LinkedHashMap<>();
            binding.put("HostIp", port.hostIp());
            binding.put("HostPort", Integer.toString(port.hostPort()));
            bindings.add(binding);
        }
        return ports;
    }
}
