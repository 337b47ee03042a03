package io.strata.runtime.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * HTTP/1.1 on a unix socket with a virtual thread per connection. It is our own because Docker's clients take over
 * connections after a POST and end one side of them, and leave others silent for days (docs/decisions/0020).
 */
public final class HttpServer implements Closeable {
    private static final Logger LOG = Logger.getLogger(HttpServer.class);

    private final UnixSocket socket;
    private final Handler handler;
    private final int maxConnections;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private HttpServer(UnixSocket socket, Handler handler, int maxConnections) {
        this.socket = socket;
        this.handler = handler;
        this.maxConnections = maxConnections;
    }

    /**
     * Listens; the socket has mode 0660 from its first moment.
     *
     * @param maxConnections further clients are closed at once
     * @throws IOException with one line that says what to do, when {@code path} is too long or in use
     */
    public static HttpServer start(Path path, Handler handler, int maxConnections) throws IOException {
        HttpServer server = new HttpServer(UnixSocket.bind(path), handler, maxConnections);
        Thread.ofVirtual().name("engine-accept").start(server::acceptAll);
        return server;
    }

    public boolean listening() {
        return socket.channel().isOpen();
    }

    private void acceptAll() {
        while (socket.channel().isOpen()) {
            try {
                serve(socket.channel().accept());
            } catch (ClosedChannelException stopped) {
                return;
            } catch (IOException e) {
                // Most likely no descriptor is free: clients that end make some.
                LOG.warnf("cannot accept a connection: %s", e.getMessage());
                Thread.yield();
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        if (connections.size() >= maxConnections) {
            LOG.warnf("%d connections are open: a client is turned away", connections.size());
            channel.close();
            return;
        }
        connections.add(channel);
        Thread.ofVirtual().name("engine-connection").start(() -> {
            try {
                new Connection(channel, handler).run();
            } finally {
                connections.remove(channel);
            }
        });
    }

    /** Stops listening, removes the socket, cuts what is open. */
    @Override
    public void close() throws IOException {
        socket.close();
        for (SocketChannel channel : connections) {
            channel.close();
        }
    }
}
