package io.strata.runtime.network;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Network namespaces, each kept by a mount on a file of this home's own folder: they are this home's by their place, and
 * outlive this service. What is done inside one is done by a thread that enters it and ends.
 */
final class Namespaces {
    private final Path folder;

    Namespaces(Path folder) {
        this.folder = folder;
    }

    /** What a thread does within a namespace; {@code netlink} speaks of that namespace. */
    interface Work {
        void run(Netlink netlink) throws IOException;
    }

    /**
     * Makes a namespace with its loopback up. Ports below 1024 and ping are for everybody in it, and interfaces get no
     * IPv6 addresses but loopback does, as Docker has it.
     */
    Path create(String name) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createFile(folder.resolve(name));
        inThread(() -> {
            NetworkCall.UNSHARE.call(NetworkCall.CLONE_NEWNET, 0, 0, 0);
            // Sysctls are those of the thread's namespace; thread-self, as the process' own stays the node's.
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start"), "0");
            Files.writeString(Path.of("/proc/sys/net/ipv4/ping_group_range"), "0 2147483647");
            Path ipv6 = Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6");
            if (Files.exists(ipv6)) {
                Files.writeString(ipv6, "1");
            }
            try (Netlink netlink = Netlink.open()) {
                netlink.up(1);
            }
            Mounts.mount("/proc/thread-self/ns/net", file, "", Mounts.MS_BIND, "");
        });
        return file;
    }

    void inside(Path namespace, Work work) throws IOException {
        try (Fd fd = open(namespace)) {
            inThread(() -> {
                NetworkCall.SETNS.call(fd.number(), NetworkCall.CLONE_NEWNET, 0, 0);
                try (Netlink netlink = Netlink.open()) {
                    work.run(netlink);
                }
            });
        }
    }

    /** A descriptor of the namespace, for netlink. */
    Fd open(Path namespace) throws IOException {
        return Linux.open(Fd.CWD, ByteString.of(namespace.toString()), Linux.O_RDONLY, 0);
    }

    /** The namespace ends when nothing runs in it any more; what is not there is no error. */
    void delete(Path namespace) throws IOException {
        try {
            Mounts.unmount(namespace, Mounts.MNT_DETACH);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        Files.deleteIfExists(namespace);
    }

    /** Whether a namespace is mounted there: after a boot the file is left and the namespace is gone. */
    boolean alive(Path namespace) {
        try {
            Object place = Files.getAttribute(namespace, "unix:dev");
            return !place.equals(Files.getAttribute(folder, "unix:dev"));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Everything that is, or was, a namespace here. */
    List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.toList());
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** A platform thread: it ends in another namespace than it began in, and must carry nobody else's work after. */
    private static void inThread(Step step) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("network-namespace").daemon().start(() -> {
            try {
                step.run();
                done.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making a namespace", e);
        }
    }
}
