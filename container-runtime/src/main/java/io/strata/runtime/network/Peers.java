package io.strata.runtime.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of the containers of one network for each other: a line for each member in every member's hosts file. The default
 * network has none of it, as in Docker.
 */
final class Peers {
    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]*";

    private Peers() {}

    /** The names under which a container is found, its own first; what is no name of a host is left out. */
    static List<String> names(String containerName, String containerId, String hostname, List<String> aliases) {
        Set<String> names = new LinkedHashSet<>();
        names.add(containerName);
        names.addAll(aliases);
        names.add(containerId.substring(0, Math.min(12, containerId.length())));
        names.add(hostname);
        return names.stream().filter(name -> name.matches(NAME)).toList();
    }

    static boolean isName(String text) {
        return text.matches(NAME);
    }

    private static List<String> lines(Connection member, String networkId) {
        return member.link(networkId)
                .filter(link -> !link.endpoint().dnsNames().isEmpty())
                .map(link -> List.of(link.endpoint().ipAddress() + "\t"
                        + String.join(" ", link.endpoint().dnsNames())))
                .orElse(List.of());
    }

    /** @param members of the network, the one that came among them */
    static synchronized void came(Connection newcomer, String networkId, Collection<Connection> members)
            throws IOException {
        List<String> all = new ArrayList<>(lines(newcomer, networkId));
        for (Connection member : members) {
            if (!member.containerId().equals(newcomer.containerId())) {
                files(member).change(List.of(), lines(newcomer, networkId));
                all.addAll(lines(member, networkId));
            }
        }
        files(newcomer).change(List.of(), all);
    }

    /** @param members of the network, without the one that went */
    static synchronized void went(Connection gone, String networkId, Collection<Connection> members)
            throws IOException {
        List<String> others = new ArrayList<>(lines(gone, networkId));
        for (Connection member : members) {
            files(member).change(lines(gone, networkId), List.of());
            others.addAll(lines(member, networkId));
        }
        files(gone).change(others, List.of());
    }

    private static HostFiles files(Connection member) {
        return new HostFiles(Path.of(member.folder()));
    }
}
