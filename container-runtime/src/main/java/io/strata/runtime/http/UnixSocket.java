package io.strata.runtime.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A listening unix socket of mode 0660. bind(2) makes it with the process' umask, so it is bound in a folder that only we
 * can enter, given its mode, and renamed into place: nobody can connect before, and a stale socket is replaced at once.
 */
final class UnixSocket implements Closeable {
    /** sun_path has 108 bytes with its end (unix(7)). */
    private static final int MAX_PATH = 107;

    private final Path path;
    private final ServerSocketChannel channel;
    private final FileChannel lock;

    private UnixSocket(Path path, ServerSocketChannel channel, FileChannel lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    static UnixSocket bind(Path given) throws IOException {
        Path path = given.toAbsolutePath().normalize();
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException("the socket's path has " + length + " bytes, more than " + MAX_PATH
                    + " that a unix socket can have: use a shorter folder than " + path.getParent());
        }
        Files.createDirectories(path.getParent());
        FileChannel lock = lock(path);
        try {
            return new UnixSocket(path, bound(path), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static ServerSocketChannel bound(Path path) throws IOException {
        refuseLiving(path);
        Path folder = path.resolveSibling(".s");
        Path hidden = folder.resolve("e");
        Files.deleteIfExists(hidden);
        Files.deleteIfExists(folder);
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(hidden), 512);
            Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-rw----"));
            Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.delete(folder);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Held as long as the process lives, so that of two that start at once one is refused. */
    private static FileChannel lock(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = file.tryLock();
            if (held != null) {
                return file;
            }
        } catch (OverlappingFileLockException ours) {
            // The same process listens there already.
        }
        file.close();
        throw inUse(path);
    }

    private static void refuseLiving(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(path) || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new BindException(path + " is there and is not a socket: move it away");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw inUse(path);
        } catch (BindException inUse) {
            throw inUse;
        } catch (IOException nobodyListens) {
            // A server that was killed left it behind.
        }
    }

    private static BindException inUse(Path path) {
        return new BindException("another server listens on " + path + ": stop it, or use another node home");
    }

    ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            Files.deleteIfExists(path);
            lock.close();
        }
    }
}
