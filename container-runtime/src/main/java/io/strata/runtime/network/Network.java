package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;

/**
 * One network of this node, as it lies in the home.
 *
 * @param driver     {@code bridge}, {@code host} or {@code null}, Docker's word for none
 * @param bridge     name of its bridge on this machine; empty when it has none
 * @param subnet     IPv4 range; empty when it has none
 * @param range      part of the subnet from which addresses are chosen; empty: all of it
 * @param configured the user chose the subnet, so containers may ask for addresses of it
 * @param internal   nothing leads out of it
 * @param auxiliary  addresses of the range that others have, by name
 */
public record Network(
        String id,
        String name,
        String driver,
        String bridge,
        Instant created,
        String subnet,
        String range,
        String gateway,
        boolean configured,
        boolean internal,
        boolean attachable,
        Map<String, String> auxiliary,
        Map<String, String> options,
        Map<String, String> labels) {
    static final String BRIDGE = "bridge";
    static final String HOST = "host";
    static final String NONE = "none";
    static final String NULL_DRIVER = "null";

    boolean bridged() {
        return driver.equals(BRIDGE);
    }

    /** bridge, host and none are there without anybody making them. */
    public boolean predefined() {
        return name.equals(BRIDGE) || name.equals(HOST) || name.equals(NONE);
    }

    Subnet addresses() throws NetworkException {
        return Subnet.parse(subnet);
    }

    Subnet choices() throws NetworkException {
        return range.isEmpty() ? addresses() : Subnet.parse(range);
    }

    InetAddress gatewayAddress() throws NetworkException {
        return HostAddress.parse(gateway);
    }

    /** Whether containers of the network may speak to each other; Docker's option of the bridge driver. */
    boolean open() {
        return !"false".equals(options.get("com.docker.network.bridge.enable_icc"));
    }

    boolean masqueraded() {
        return !internal && !"false".equals(options.get("com.docker.network.bridge.enable_ip_masquerade"));
    }

    static NetworkException notFound(String nameOrId) {
        return new NetworkException(Reason.NOT_FOUND, "network " + nameOrId + " not found");
    }

    Network withSubnet(Subnet chosen) {
        return new Network(
                id,
                name,
                driver,
                bridge,
                created,
                chosen.toString(),
                "",
                chosen.at(1).getHostAddress(),
                configured,
                internal,
                attachable,
                auxiliary,
                options,
                labels);
    }
}
