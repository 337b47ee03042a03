package io.strata.runtime.network;

import io.strata.runtime.network.NodeNetwork.PortRequest;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/** The sockets that hold this node's published ports. They are this process': one that starts again listens again. */
final class PortSockets implements Closeable {
    private static final Logger LOG = Logger.getLogger(PortSockets.class);
    private static final String EVERY_IPV4 = "0.0.0.0";
    private static final String EVERY_IPV6 = "::";

    private final Map<String, List<Held>> held = new HashMap<>();

    private record Held(PortRequest request, int hostPort, Closeable socket) {}

    /** Whose ports, where they lead, and the endpoint that Docker's words name. */
    record Owner(String containerId, String containerName, String endpointId, String address) {}

    /**
     * An address of this machine. An IPv6 socket on every address takes IPv4 as well (dual stack), so that one socket reserves
     * a port for both, where the machine has IPv6.
     */
    record Place(InetSocketAddress address, boolean dual) {
        static Place of(String hostIp, int port) throws NetworkException {
            boolean every = hostIp.isEmpty();
            InetAddress address = HostAddress.parse(every ? (hasIpv6() ? EVERY_IPV6 : EVERY_IPV4) : hostIp);
            return new Place(new InetSocketAddress(address, port), every && hasIpv6());
        }

        private StandardProtocolFamily family() {
            return address.getAddress().getAddress().length == 4
                    ? StandardProtocolFamily.INET
                    : StandardProtocolFamily.INET6;
        }

        ServerSocketChannel openTcp() throws IOException {
            return ServerSocketChannel.open(family());
        }

        DatagramChannel openUdp() throws IOException {
            return DatagramChannel.open(family());
        }
    }

    /** Whether IPv6 sockets can be had: a machine may have been started without ({@code ipv6.disable=1}). */
    private static boolean hasIpv6() {
        return Ipv6.AVAILABLE;
    }

    private static final class Ipv6 {
        static final boolean AVAILABLE = available();

        private static boolean available() {
            try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
                return true;
            } catch (IOException | UnsupportedOperationException without) {
                LOG.infof("published ports are on IPv4 only: %s", without.getMessage());
                return false;
            }
        }
    }

    /**
     * Listens on every port that is asked for, or on none.
     *
     * @throws PortTakenException with Docker's words
     */
    synchronized List<PublishedPort> open(Owner owner, List<PortRequest> requests) throws IOException {
        close(owner.containerId());
        List<Held> opened = new ArrayList<>();
        held.put(owner.containerId(), opened);
        List<PublishedPort> published = new ArrayList<>();
        try {
            for (PortRequest request : requests) {
                Held socket = open(owner, request);
                opened.add(socket);
                published.addAll(shown(request, socket.hostPort()));
            }
            return published;
        } catch (IOException | RuntimeException e) {
            close(owner.containerId());
            throw e;
        }
    }

    private static List<PublishedPort> shown(PortRequest request, int hostPort) {
        List<String> addresses = !request.hostIp().isEmpty()
                ? List.of(request.hostIp())
                : hasIpv6() ? List.of(EVERY_IPV4, EVERY_IPV6) : List.of(EVERY_IPV4);
        return addresses.stream()
                .map(address -> new PublishedPort(request.containerPort(), request.protocol(), address, hostPort))
                .toList();
    }

    /** Listens again on ports that were found; what has been taken meanwhile is told in the log and left. */
    synchronized void reopen(Owner owner, List<PublishedPort> ports) {
        if (held.containsKey(owner.containerId())) {
            return;
        }
        List<Held> opened = new ArrayList<>();
        held.put(owner.containerId(), opened);
        for (PublishedPort port : ports) {
            boolean twin = port.hostIp().equals(EVERY_IPV4)
                    && ports.contains(
                            new PublishedPort(port.containerPort(), port.protocol(), EVERY_IPV6, port.hostPort()));
            if (twin) {
                continue;
            }
            boolean dual = port.hostIp().equals(EVERY_IPV6)
                    && ports.contains(
                            new PublishedPort(port.containerPort(), port.protocol(), EVERY_IPV4, port.hostPort()));
            PortRequest request = new PortRequest(
                    port.containerPort(), port.protocol(), dual ? "" : port.hostIp(), port.hostPort(), port.hostPort());
            try {
                opened.add(open(owner, request));
            } catch (IOException taken) {
                LOG.warnf(
                        "port %d of container %s is lost: %s",
                        port.hostPort(), owner.containerName(), taken.getMessage());
            }
        }
    }

    private Held open(Owner owner, PortRequest request) throws IOException {
        IOException first = null;
        for (int port = request.hostPort(); port <= Math.max(request.hostPort(), request.lastHostPort()); port++) {
            PortRequest tried =
                    new PortRequest(request.containerPort(), request.protocol(), request.hostIp(), port, port);
            try {
                return openOne(owner, tried);
            } catch (PortTakenException taken) {
                first = first == null ? taken : first;
            }
        }
        throw first;
    }

    private Held openOne(Owner owner, PortRequest request) throws IOException {
        if (request.hostPort() != 0 && ours(request)) {
            throw PortTakenException.allocated(owner.containerName(), owner.endpointId(), request);
        }
        InetSocketAddress container =
                new InetSocketAddress(HostAddress.parse(owner.address()), request.containerPort());
        Place place = Place.of(request.hostIp(), request.hostPort());
        try {
            if (request.protocol().equals("udp")) {
                UdpRelay relay = UdpRelay.listen(place, container);
                return new Held(request, relay.port(), relay);
            }
            TcpRelay relay = TcpRelay.listen(place, container);
            return new Held(request, relay.port(), relay);
        } catch (IOException refused) {
            String why = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
            throw PortTakenException.refused(owner.containerName(), owner.endpointId(), request, owner.address(), why);
        }
    }

    private boolean ours(PortRequest request) {
        return held.values().stream()
                .flatMap(List::stream)
                .anyMatch(other -> other.hostPort() == request.hostPort()
                        && other.request().protocol().equals(request.protocol())
                        && meet(other.request().hostIp(), request.hostIp()));
    }

    private static boolean meet(String one, String other) {
        return one.equals(other) || every(one, other) || every(other, one);
    }

    private static boolean every(String wildcard, String address) {
        return wildcard.isEmpty()
                || wildcard.equals(EVERY_IPV6)
                || wildcard.equals(EVERY_IPV4) && (address.isEmpty() || !address.contains(":"));
    }

    /** Gives the container's ports up; connections through them end. */
    synchronized void close(String containerId) {
        List<Held> sockets = held.remove(containerId);
        if (sockets == null) {
            return;
        }
        for (Held socket : sockets) {
            try {
                socket.socket().close();
            } catch (IOException e) {
                LOG.warnf("closing port %d: %s", socket.hostPort(), e.getMessage());
            }
        }
    }

    @Override
    public synchronized void close() {
        List.copyOf(held.keySet()).forEach(this::close);
    }
}
