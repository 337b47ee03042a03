package io.strata.runtime.network;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * A published TCP port: the listening socket that reserves it on the node, and the carrying of what arrives there to the
 * container, each direction ending on its own. What comes from other machines by IPv4 is led past it by the packet filter.
 */
final class TcpRelay implements Closeable {
    private static final Logger LOG = Logger.getLogger(TcpRelay.class);
    private static final int BACKLOG = 1024;
    private static final int BUFFER = 32 << 10;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration NO_DESCRIPTORS = Duration.ofMillis(100);

    private final ServerSocketChannel listener;
    private final InetSocketAddress container;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Thread acceptor = Thread.ofVirtual().name("port-acceptor").unstarted(this::accept);

    private TcpRelay(ServerSocketChannel listener, InetSocketAddress container) {
        this.listener = listener;
        this.container = container;
    }

    /** @throws IOException when the port is taken, or the address is none of this machine */
    static TcpRelay listen(PortSockets.Place place, InetSocketAddress container) throws IOException {
        ServerSocketChannel listener = place.openTcp();
        try {
            listener.bind(place.address(), BACKLOG);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        TcpRelay relay = new TcpRelay(listener, container);
        relay.acceptor.start();
        return relay;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                Socket client = listener.accept().socket();
                Thread.ofVirtual().name("port-client").start(() -> carry(client));
            } catch (IOException e) {
                if (listener.isOpen()) {
                    LOG.warnf("accepting for %s: %s", container, e.getMessage());
                    pause();
                }
            }
        }
    }

    /** Out of descriptors: the kernel would say so again at once, for as long as the others keep theirs. */
    private static void pause() {
        try {
            Thread.sleep(NO_DESCRIPTORS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Socket client) {
        sockets.add(client);
        try (client;
                Socket server = SocketChannel.open().socket()) {
            sockets.add(server);
            try {
                server.connect(container, (int) CONNECT.toMillis());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread back = Thread.ofVirtual().start(() -> copy(server, client));
                copy(client, server);
                back.join();
            } finally {
                sockets.remove(server);
            }
        } catch (IOException refused) {
            LOG.debugf("a connection for %s ended: %s", container, refused.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    /** Until {@code from} ends its side, which ends that side of {@code to}; an error ends both, all over. */
    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            int length;
            while ((length = in.read(buffer)) >= 0) {
                out.write(buffer, 0, length);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.debugf("closing a socket: %s", gone.getMessage());
        }
    }

    /** The port is free when this returns: a channel on which a virtual thread waits is closed by that thread. */
    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(TcpRelay::close);
        Waiting.forEnd(acceptor);
    }
}
