package io.strata.runtime.network;

import io.strata.runtime.network.NetworkException.Reason;
import io.strata.runtime.network.NodeNetwork.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A container's own {@code hosts}, {@code hostname} and {@code resolv.conf}, which are bound over those of its
 * {@code /etc}. They are changed in place: a bind mount shows the file that it was made of, not one put in its place.
 */
final class HostFiles {
    static final String HOSTS = "hosts";
    static final String HOSTNAME = "hostname";
    static final String RESOLV_CONF = "resolv.conf";

    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path BEHIND_STUB = Path.of("/run/systemd/resolve/resolv.conf");
    /** What a container may have made of its hosts file before we read it no more. */
    private static final long LARGEST_HOSTS = 1 << 20;

    private static final List<String> LOCAL = List.of(
            "127.0.0.1\tlocalhost",
            "::1\tlocalhost ip6-localhost ip6-loopback",
            "fe00::\tip6-localnet",
            "ff00::\tip6-mcastprefix",
            "ff02::1\tip6-allnodes",
            "ff02::2\tip6-allrouters");

    private final Path folder;

    HostFiles(Path folder) {
        this.folder = folder;
    }

    /** The files of a container with a namespace of its own. @param gateway for {@code host-gateway}; may be empty */
    void write(Names names, Collection<String> addresses, String gateway) throws IOException {
        List<String> hosts = new ArrayList<>(LOCAL);
        hosts.addAll(extra(names.extraHosts(), gateway));
        for (String address : addresses) {
            hosts.add(own(address, names.hostname(), names.domainname()));
        }
        writeAll(hosts, names, resolver(names, false));
    }

    /** The files of a container in the node's own namespace. */
    void writeHosts(Names names) throws IOException {
        List<String> hosts = new ArrayList<>(Files.readAllLines(Path.of("/etc/hosts")));
        hosts.addAll(extra(names.extraHosts(), "127.0.0.1"));
        writeAll(hosts, names, resolver(names, true));
    }

    static String own(String address, String hostname, String domainname) {
        return address + "\t" + (domainname.isEmpty() ? "" : hostname + "." + domainname + " ") + hostname;
    }

    private void writeAll(List<String> hosts, Names names, List<String> resolver) throws IOException {
        Files.createDirectories(folder);
        put(HOSTS, hosts);
        put(
                HOSTNAME,
                List.of(names.domainname().isEmpty() ? names.hostname() : names.hostname() + "." + names.domainname()));
        put(RESOLV_CONF, resolver);
    }

    /** Takes lines out of the hosts file and puts others in; what the container wrote itself stays. */
    void change(Collection<String> gone, Collection<String> added) throws IOException {
        Path hosts = folder.resolve(HOSTS);
        if (!Files.exists(hosts) || Files.size(hosts) > LARGEST_HOSTS) {
            return;
        }
        List<String> lines = new ArrayList<>(
                Arrays.asList(new String(Files.readAllBytes(hosts), StandardCharsets.ISO_8859_1).split("\n")));
        lines.removeAll(gone);
        lines.removeAll(added);
        lines.addAll(added);
        Files.write(hosts, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private void put(String name, List<String> lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    /** {@code --add-host name:address}, also {@code name=address}; the address may be {@code host-gateway}. */
    static List<String> extra(List<String> extraHosts, String gateway) throws NetworkException {
        List<String> lines = new ArrayList<>();
        for (String extra : extraHosts) {
            int split = extra.indexOf(':') < 0 ? extra.indexOf('=') : extra.indexOf(':');
            if (split < 1 || extra.chars().anyMatch(c -> c <= ' ' && c >= 0)) {
                throw new NetworkException(Reason.INVALID, "bad format for add-host: \"" + extra + "\"");
            }
            String address = extra.substring(split + 1);
            if (address.equals("host-gateway")) {
                if (gateway.isEmpty()) {
                    throw new NetworkException(
                            Reason.FAILED,
                            "unable to derive the IP value for host-gateway: the container has no network");
                }
                address = gateway;
            } else if (address.startsWith("[") && address.endsWith("]")) {
                address = address.substring(1, address.length() - 1);
            }
            HostAddress.parse(address);
            lines.add(address + "\t" + extra.substring(0, split));
        }
        return lines;
    }

    private static List<String> resolver(Names names, boolean hostNetwork) throws IOException {
        List<String> host = hostResolver(hostNetwork);
        return resolver(names, host, hostNetwork);
    }

    private static List<String> hostResolver(boolean hostNetwork) throws IOException {
        List<String> lines = Files.exists(HOST_RESOLV_CONF) ? Files.readAllLines(HOST_RESOLV_CONF) : List.of();
        boolean stub = lines.stream().anyMatch(line -> line.trim().equals("nameserver 127.0.0.53"));
        return stub && !hostNetwork && Files.exists(BEHIND_STUB) ? Files.readAllLines(BEHIND_STUB) : lines;
    }

    /**
     * The node's resolver with what the user said in its place. Name servers on the node's loopback cannot be reached from a
     * namespace, so they are left out, and Docker's own choice stands in when none is left.
     */
    static List<String> resolver(Names names, List<String> host, boolean hostNetwork) throws NetworkException {
        List<String> lines = new ArrayList<>();
        List<String> servers = new ArrayList<>(names.dns());
        for (String server : servers) {
            HostAddress.parse(server);
        }
        if (servers.isEmpty()) {
            servers.addAll(values(host, "nameserver").stream()
                    .filter(server -> hostNetwork || !loopback(server))
                    .toList());
            if (servers.isEmpty()) {
                servers.addAll(List.of("8.8.8.8", "8.8.4.4"));
            }
        }
        servers.forEach(server -> lines.add("nameserver " + server));
        List<String> search = names.dnsSearch().isEmpty() ? values(host, "search") : names.dnsSearch();
        if (!search.isEmpty() && !search.equals(List.of("."))) {
            lines.add("search " + String.join(" ", search));
        }
        List<String> options = names.dnsOptions().isEmpty() ? values(host, "options") : names.dnsOptions();
        if (!options.isEmpty()) {
            lines.add("options " + String.join(" ", options));
        }
        return lines;
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream()
                .map(String::trim)
                .filter(line -> line.startsWith(key + " ") || line.startsWith(key + "\t"))
                .flatMap(line ->
                        Arrays.stream(line.substring(key.length()).trim().split("\\s+")))
                .toList();
    }

    private static boolean loopback(String server) {
        try {
            return InetAddress.ofLiteral(server).isLoopbackAddress();
        } catch (IllegalArgumentException scoped) {
            // An address with a zone, fe80::1%eth0: it means an interface that the container does not have.
            return true;
        }
    }
}
