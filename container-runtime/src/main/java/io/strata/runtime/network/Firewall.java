package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The packet filter's rules of this home: four chains whose names carry its tag, to which one rule each of the built-in
 * chains leads. They are always written whole and at once from what is connected, so that a crash between two steps
 * leaves nothing that the next write does not put right. Rules are a network's, not a container's: only a published port
 * costs one.
 *
 * <p>{@code iptables} is whichever of its two backends the machine uses, so that these rules stand beside those of others.
 */
final class Firewall {
    private final String forward;
    private final String ports;
    private final String dnat;
    private final String snat;

    Firewall(String tag) {
        forward = "STRATA-" + tag + "-FORWARD";
        ports = "STRATA-" + tag + "-PORTS";
        dnat = "STRATA-" + tag + "-DNAT";
        snat = "STRATA-" + tag + "-SNAT";
    }

    /** A published port of a container: {@code address} is the container's, {@code bridge} that of its network. */
    record Leading(PublishedPort port, String address, String bridge) {}

    private record Jump(String table, String chain, List<String> rule) {}

    private List<Jump> jumps() {
        return List.of(
                new Jump("filter", "FORWARD", List.of("-j", forward)),
                new Jump("nat", "PREROUTING", List.of("-m", "addrtype", "--dst-type", "LOCAL", "-j", dnat)),
                new Jump(
                        "nat",
                        "OUTPUT",
                        List.of("!", "-d", "127.0.0.0/8", "-m", "addrtype", "--dst-type", "LOCAL", "-j", dnat)),
                new Jump("nat", "POSTROUTING", List.of("-j", snat)));
    }

    /** Makes the chains what they should be; the built-in chains are not touched. */
    void write(List<Network> networks, List<Leading> leading) throws IOException {
        String rules = rules(networks, leading);
        Programs.Outcome outcome = Programs.run(
                List.of("iptables-restore", "--noflush", "-w", "10"), rules.getBytes(StandardCharsets.UTF_8));
        if (outcome.code() != 0) {
            throw new NetworkException(Reason.FAILED, "iptables refused this node's rules: " + outcome.errors());
        }
    }

    /** Leads the built-in chains to ours, once: first among the rules of FORWARD, as others may end with a DROP. */
    void hook() throws IOException {
        for (Jump jump : jumps()) {
            if (iptables(jump, "-C").code() != 0) {
                Programs.Outcome outcome = iptables(jump, jump.chain().equals("FORWARD") ? "-I" : "-A");
                if (outcome.code() != 0) {
                    throw new NetworkException(
                            Reason.FAILED, "iptables refused a rule in " + jump.chain() + ": " + outcome.errors());
                }
            }
        }
    }

    /** Takes everything of this home out; what is not there is no error. */
    void remove() throws IOException {
        for (Jump jump : jumps()) {
            iptables(jump, "-D");
        }
        for (String chain : List.of(forward, ports)) {
            Programs.run(List.of("iptables", "-w", "10", "-F", chain), new byte[0]);
        }
        for (String chain : List.of(forward, ports)) {
            Programs.run(List.of("iptables", "-w", "10", "-X", chain), new byte[0]);
        }
        for (String chain : List.of(dnat, snat)) {
            Programs.run(List.of("iptables", "-w", "10", "-t", "nat", "-F", chain), new byte[0]);
            Programs.run(List.of("iptables", "-w", "10", "-t", "nat", "-X", chain), new byte[0]);
        }
    }

    private static Programs.Outcome iptables(Jump jump, String action) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("iptables", "-w", "10", "-t", jump.table(), action, jump.chain()));
        command.addAll(jump.rule());
        return Programs.run(command, new byte[0]);
    }

    /**
     * To a network come only: answers, its own containers, published ports. From it everything may go that another
     * network's rules have not dropped. An internal network has nothing but its own containers.
     */
    String rules(List<Network> networks, List<Leading> leading) {
        List<String> lines = new ArrayList<>(List.of("*filter", ":" + forward + " - [0:0]", ":" + ports + " - [0:0]"));
        for (Network network : networks) {
            String to = "-A " + forward + " -o " + network.bridge();
            if (network.internal()) {
                lines.add(to + " ! -i " + network.bridge() + " -j DROP");
                lines.add("-A " + forward + " -i " + network.bridge() + " ! -o " + network.bridge() + " -j DROP");
            }
            lines.add(to + " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
            lines.add(to + " -i " + network.bridge() + " -j " + (network.open() ? "ACCEPT" : "DROP"));
            lines.add(to + " -j " + ports);
            lines.add(to + " -j DROP");
        }
        for (Network network : networks) {
            // Into a network of another home: its own rules say.
            lines.add("-A " + forward + " -i " + network.bridge() + " -o st+ -j RETURN");
            lines.add("-A " + forward + " -i " + network.bridge() + " -j ACCEPT");
        }
        // Docker's two bindings of one port, IPv4's and IPv6's, lead to one place.
        Set<String> accepted = new LinkedHashSet<>();
        for (Leading to : leading) {
            accepted.add("-A " + ports + " -d " + to.address() + "/32 -o " + to.bridge() + " -p "
                    + to.port().protocol() + " --dport " + to.port().containerPort() + " -j ACCEPT");
        }
        lines.addAll(accepted);
        lines.addAll(List.of("COMMIT", "*nat", ":" + dnat + " - [0:0]", ":" + snat + " - [0:0]"));
        for (Network network : networks) {
            if (network.masqueraded()) {
                lines.add("-A " + snat + " -s " + network.subnet() + " ! -o " + network.bridge() + " -j MASQUERADE");
            }
        }
        for (Leading to : leading) {
            String host = to.port().hostIp();
            // IPv6 and loopback are carried by the listening socket alone.
            if (!host.contains(":") && !host.startsWith("127.")) {
                lines.add("-A " + dnat + " ! -i " + to.bridge() + (host.equals("0.0.0.0") ? "" : " -d " + host + "/32")
                        + " -p " + to.port().protocol() + " --dport "
                        + to.port().hostPort()
                        + " -j DNAT --to-destination " + to.address() + ":"
                        + to.port().containerPort());
            }
        }
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }
}
