package io.strata.runtime.network;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * A published UDP port: the socket that reserves it on the node, and the carrying of datagrams. Each client has a socket
 * towards the container, by which answers find back, until nothing came back for a while.
 */
final class UdpRelay implements Closeable {
    private static final Logger LOG = Logger.getLogger(UdpRelay.class);
    /** docker-proxy's UDPConnTrackTimeout. */
    private static final Duration IDLE = Duration.ofSeconds(90);
    /** Clients at one time; datagrams of more are dropped, as UDP may. Source addresses are easily forged. */
    private static final int CLIENTS = 1024;

    private static final int LARGEST = 65535;

    private final DatagramSocket socket;
    private final InetSocketAddress container;
    private final Map<SocketAddress, DatagramSocket> clients = new ConcurrentHashMap<>();
    private final Thread forwarder = Thread.ofVirtual().name("udp-port").unstarted(this::forward);

    private UdpRelay(DatagramSocket socket, InetSocketAddress container) {
        this.socket = socket;
        this.container = container;
    }

    /** @throws IOException when the port is taken, or the address is none of this machine */
    static UdpRelay listen(PortSockets.Place place, InetSocketAddress container) throws IOException {
        DatagramChannel channel = place.openUdp();
        try {
            channel.bind(place.address());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        UdpRelay relay = new UdpRelay(channel.socket(), container);
        relay.forwarder.start();
        return relay;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void forward() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST);
                socket.receive(packet);
                DatagramSocket towards = clients.get(packet.getSocketAddress());
                if (towards == null && clients.size() < CLIENTS) {
                    towards = client(packet.getSocketAddress());
                }
                if (towards != null) {
                    towards.send(new DatagramPacket(packet.getData(), packet.getLength(), container));
                }
            } catch (IOException e) {
                // Also ICMP's "port unreachable" of an earlier datagram: this one is lost, as UDP may lose it.
                LOG.debugf("a datagram for %s: %s", container, e.getMessage());
            }
        }
    }

    private DatagramSocket client(SocketAddress client) throws IOException {
        DatagramSocket towards = new DatagramSocket(null);
        towards.connect(container);
        towards.setSoTimeout((int) IDLE.toMillis());
        clients.put(client, towards);
        Thread.ofVirtual().name("udp-client").start(() -> answer(client, towards));
        return towards;
    }

    private void answer(SocketAddress client, DatagramSocket towards) {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try (towards) {
            while (!towards.isClosed()) {
                packet.setLength(LARGEST);
                towards.receive(packet);
                socket.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
            }
        } catch (SocketTimeoutException idle) {
            LOG.debugf("no more answers from %s", container);
        } catch (IOException e) {
            LOG.debugf("answers of %s: %s", container, e.getMessage());
        } finally {
            clients.remove(client, towards);
        }
    }

    /** The port is free when this returns: a channel on which a virtual thread waits is closed by that thread. */
    @Override
    public void close() {
        socket.close();
        Waiting.forEnd(forwarder);
        clients.values().forEach(DatagramSocket::close);
    }
}
