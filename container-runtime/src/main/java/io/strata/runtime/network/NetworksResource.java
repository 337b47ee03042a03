package io.strata.runtime.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.Networks.NewNetwork;
import io.strata.runtime.network.NodeNetwork.Attachment;
import io.strata.runtime.network.NodeNetwork.Endpoint;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Filters;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The Engine API's {@code /networks}. */
@ApplicationScoped
public class NetworksResource implements EngineRoutes {
    private static final Set<String> LIST_FILTERS =
            Set.of("dangling", "driver", "id", "label", "name", "scope", "type");

    private final Networks networks;
    private final Instance<NetworkContainers> containers;

    @Inject
    public NetworksResource(Networks networks, Instance<NetworkContainers> containers) {
        this.networks = networks;
        this.containers = containers;
    }

    @Override
    public void register(Router router) {
        router.get("/networks", call -> call.json(200, refusing(() -> list(call.filters()))));
        router.get("/networks/{name}", call -> call.json(200, refusing(() -> inspect(call))));
        router.post("/networks/create", call -> call.json(201, refusing(() -> create(call))));
        router.post("/networks/prune", call -> call.json(200, refusing(() -> prune(call.filters()))));
        router.post("/networks/{name}/connect", call -> {
            connect(call);
            call.empty(200);
        });
        router.post("/networks/{name}/disconnect", call -> {
            disconnect(call);
            call.empty(200);
        });
        router.delete("/networks/{name}", call -> {
            refusing(() -> {
                networks.remove(call.path("name"));
                return "";
            });
            call.empty(204);
        });
    }

    private interface Answer<T> {
        T get() throws IOException;
    }

    private static <T> T refusing(Answer<T> answer) throws IOException {
        try {
            return answer.get();
        } catch (NetworkException refused) {
            throw refused.refusal();
        }
    }

    record Pool(
            @JsonProperty("Subnet") String subnet,
            @JsonProperty("IPRange") String range,
            @JsonProperty("Gateway") String gateway,
            @JsonProperty("AuxiliaryAddresses") Map<String, String> auxiliary) {}

    record Ipam(
            @JsonProperty("Driver") String driver,
            @JsonProperty("Config") List<Pool> pools) {}

    record CreateNetwork(
            @JsonProperty("Name") String name,
            @JsonProperty("Driver") String driver,
            @JsonProperty("EnableIPv6") boolean ipv6,
            @JsonProperty("IPAM") Ipam ipam,
            @JsonProperty("Internal") boolean internal,
            @JsonProperty("Attachable") boolean attachable,
            @JsonProperty("ConfigOnly") boolean configOnly,
            @JsonProperty("Options") Map<String, String> options,
            @JsonProperty("Labels") Map<String, String> labels) {}

    record Ipv4(@JsonProperty("IPv4Address") String address) {}

    record EndpointSettings(
            @JsonProperty("IPAMConfig") Ipv4 ipam,
            @JsonProperty("Aliases") List<String> aliases,
            @JsonProperty("MacAddress") String macAddress) {}

    record Connect(
            @JsonProperty("Container") String container,
            @JsonProperty("EndpointConfig") EndpointSettings endpoint,
            @JsonProperty("Force") boolean force) {}

    private List<Map<String, Object>> list(Filters filters) throws IOException {
        filters.only(LIST_FILTERS);
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Network network : networks.list()) {
            if (chosen(network, filters)) {
                shown.add(shown(network, List.of()));
            }
        }
        return shown;
    }

    private boolean chosen(Network network, Filters filters) throws IOException {
        Optional<Boolean> dangling = filters.flag("dangling");
        for (String type : filters.get("type")) {
            if (!type.equals("builtin") && !type.equals("custom")) {
                throw new EngineException.InvalidInput("invalid filter: 'type'='" + type + "'");
            }
        }
        return filters.allows("driver", network.driver())
                && filters.allows("scope", "local")
                && filters.allows("type", network.predefined() ? "builtin" : "custom")
                && anyIn(filters.get("name"), network.name())
                && anyIn(filters.get("id"), network.id())
                && filters.labelsHold(network.labels())
                && (dangling.isEmpty()
                        || dangling.get()
                                == (!network.predefined()
                                        && networks.members(network).isEmpty()));
    }

    private static boolean anyIn(List<String> parts, String whole) {
        return parts.isEmpty() || parts.stream().anyMatch(whole::contains);
    }

    private Map<String, Object> inspect(Call call) throws IOException {
        Network network = networks.find(call.path("name"));
        call.query("scope").filter(scope -> !scope.equals("local")).ifPresent(scope -> {
            throw new EngineException.NotFound("network " + call.path("name") + " not found");
        });
        return shown(network, networks.members(network));
    }

    private static Map<String, Object> shown(Network network, List<Networks.Member> members) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("Name", network.name());
        shown.put("Id", network.id());
        shown.put("Created", network.created());
        shown.put("Scope", "local");
        shown.put("Driver", network.driver());
        shown.put("EnableIPv4", true);
        shown.put("EnableIPv6", false);
        shown.put("IPAM", ipam(network));
        shown.put("Internal", network.internal());
        shown.put("Attachable", network.attachable());
        shown.put("Ingress", false);
        shown.put("ConfigFrom", Map.of("Network", ""));
        shown.put("ConfigOnly", false);
        Map<String, Object> containers = new LinkedHashMap<>();
        for (Networks.Member member : members) {
            containers.put(member.containerId(), member(member.containerName(), member.endpoint()));
        }
        shown.put("Containers", containers);
        shown.put("Options", network.options());
        shown.put("Labels", network.labels());
        return shown;
    }

    private static Map<String, Object> ipam(Network network) {
        Map<String, Object> ipam = new LinkedHashMap<>();
        ipam.put("Driver", "default");
        ipam.put("Options", network.predefined() ? null : Map.of());
        List<Map<String, Object>> pools = new ArrayList<>();
        if (network.bridged()) {
            Map<String, Object> pool = new LinkedHashMap<>();
            pool.put("Subnet", network.subnet());
            if (!network.range().isEmpty()) {
                pool.put("IPRange", network.range());
            }
            pool.put("Gateway", network.gateway());
            if (!network.auxiliary().isEmpty()) {
                pool.put("AuxiliaryAddresses", network.auxiliary());
            }
            pools.add(pool);
        }
        ipam.put("Config", pools.isEmpty() ? null : pools);
        return ipam;
    }

    private static Map<String, Object> member(String name, Endpoint endpoint) {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("Name", name);
        member.put("EndpointID", endpoint.endpointId());
        member.put("MacAddress", endpoint.macAddress());
        member.put(
                "IPv4Address",
                endpoint.ipAddress().isEmpty() ? "" : endpoint.ipAddress() + "/" + endpoint.prefixLength());
        member.put("IPv6Address", "");
        return member;
    }

    private Map<String, Object> create(Call call) throws IOException {
        CreateNetwork asked = call.body(CreateNetwork.class);
        if (asked.ipv6()) {
            throw new EngineException.NotImplemented("networks with IPv6 addresses (docker network create --ipv6)");
        }
        if (asked.configOnly()) {
            throw new EngineException.NotImplemented(
                    "configuration-only networks (docker network create --config-only)");
        }
        List<Pool> pools = asked.ipam() == null || asked.ipam().pools() == null
                ? List.of()
                : asked.ipam().pools();
        if (pools.size() > 1) {
            throw new EngineException.InvalidInput("bridge driver doesn't support multiple subnets");
        }
        Pool pool = pools.isEmpty() ? new Pool("", "", "", Map.of()) : pools.getFirst();
        Network made = networks.create(new NewNetwork(
                said(asked.name()),
                said(asked.driver()),
                said(pool.subnet()),
                said(pool.range()),
                said(pool.gateway()),
                asked.internal(),
                asked.attachable(),
                said(pool.auxiliary()),
                said(asked.options()),
                said(asked.labels())));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("Id", made.id());
        answer.put("Warning", "");
        return answer;
    }

    private static String said(String text) {
        return text == null ? "" : text;
    }

    private static Map<String, String> said(Map<String, String> values) {
        return values == null ? Map.of() : values;
    }

    private Map<String, Object> prune(Filters filters) throws IOException {
        filters.only(Set.of("until", "label", "label!"));
        Optional<Instant> until = filters.get("until").stream().findFirst().map(NetworksResource::moment);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "NetworksDeleted",
                networks.prune(network -> filters.labelsHold(network.labels())
                        && until.map(limit -> network.created().isBefore(limit)).orElse(true)));
        return answer;
    }

    /** A duration before now ({@code 24h}), seconds of the epoch, or a time as RFC 3339 has it. */
    private static Instant moment(String text) {
        try {
            if (text.matches("[0-9]+(\\.[0-9]+)?")) {
                return Instant.ofEpochSecond((long) Double.parseDouble(text));
            }
            if (text.matches("([0-9]+[hms])+")) {
                return Instant.now().minus(Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT)));
            }
            return Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw new EngineException.InvalidInput("invalid filter 'until=[" + text + "]'");
        }
    }

    private void connect(Call call) throws IOException {
        Connect asked = call.body(Connect.class);
        EndpointSettings endpoint =
                asked.endpoint() == null ? new EndpointSettings(null, null, null) : asked.endpoint();
        refusing(() -> {
            networks.connect(
                    call.path("name"),
                    container(asked),
                    new Attachment(
                            call.path("name"),
                            endpoint.aliases() == null ? List.of() : endpoint.aliases(),
                            Optional.ofNullable(endpoint.ipam())
                                    .map(Ipv4::address)
                                    .filter(ip -> !ip.isEmpty()),
                            Optional.ofNullable(endpoint.macAddress()).filter(mac -> !mac.isEmpty())));
            return "";
        });
    }

    private void disconnect(Call call) throws IOException {
        Connect asked = call.body(Connect.class);
        refusing(() -> {
            networks.disconnect(call.path("name"), container(asked));
            return "";
        });
    }

    private NetworkContainers.Target container(Connect asked) {
        return containers.get().find(said(asked.container()));
    }
}
