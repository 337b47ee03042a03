package io.strata.runtime.archive;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Mounts;
import io.strata.runtime.volumes.MountPoint;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A container's root with its volumes and binds in place, running or not: they are mounted in a mount namespace of one
 * thread's own, which nobody else sees, and which ends with the thread. The container's {@code /proc}, {@code /sys} and
 * tmpfs are not in it, as with Docker.
 */
final class MountedView {
    private static final int CLONE_NEWNS = 0x00020000;
    private static final long IN_ROOT = Linux.RESOLVE_IN_ROOT | Linux.RESOLVE_NO_MAGICLINKS;
    private static final MethodHandle UNSHARE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("unshare"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private MountedView() {}

    interface Work<T> {
        T with(RootView view) throws IOException;
    }

    /** Does the work on a view of the container; on a thread of its own when there is something to mount. */
    static <T> T with(Path root, List<MountPoint> mounts, boolean readOnly, Work<T> work) throws IOException {
        List<MountPoint> there = mounts.stream()
                .filter(mount -> mount.type() != MountPoint.Type.TMPFS)
                .toList();
        if (there.isEmpty()) {
            try (RootView view = new RootView(root, readOnly)) {
                return work.with(view);
            }
        }
        return inThread(() -> {
            unshare();
            // What is unmounted on the node goes here too; nothing of here is seen there.
            Mounts.mount("none", Path.of("/"), "", Mounts.MS_REC | Mounts.MS_SLAVE, "");
            for (MountPoint mount : there) {
                mount(root, mount);
            }
            try (RootView view = new RootView(root, readOnly)) {
                return work.with(view);
            }
        });
    }

    private static void mount(Path root, MountPoint mount) throws IOException {
        try (Fd top = Linux.openDirectory(root);
                Fd target = target(top, mount)) {
            Path place = Path.of(target.procPath());
            Mounts.mount(mount.source(), place, "", Mounts.MS_BIND | Mounts.MS_REC, "");
        } catch (LinuxException e) {
            // A source that is gone, or a file where a directory was: the container could not start either.
            throw new IOException("mount of " + mount.destination() + ": " + e.getMessage(), e);
        }
        if (mount.readOnly()) {
            try (Fd top = Linux.openDirectory(root);
                    Fd mounted = open(top, mount.destination())) {
                Mounts.mount(
                        "none",
                        Path.of(mounted.procPath()),
                        "",
                        Mounts.MS_REMOUNT | Mounts.MS_BIND | Mounts.MS_RDONLY,
                        "");
            }
        }
    }

    /** The mount point, made as the runtime makes it at the start, if the container never ran. */
    private static Fd target(Fd top, MountPoint mount) throws IOException {
        try {
            return open(top, mount.destination());
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        ContainerPath path = ContainerPath.of(mount.destination());
        boolean directory;
        try (Fd source = Linux.open(Fd.CWD, ByteString.of(mount.source()), Linux.O_PATH, 0)) {
            directory = Linux.stat(source).isDirectory();
        }
        try (Fd parent = directories(top, path.parent())) {
            ByteString name = ByteString.of(path.name());
            if (directory) {
                Linux.makeDirectory(parent, name, 0755);
            } else {
                Linux.open(parent, name, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW, 0644)
                        .close();
            }
        }
        return open(top, mount.destination());
    }

    private static Fd directories(Fd top, String path) throws IOException {
        try {
            return Linux.openResolved(top, ByteString.of(path), Linux.O_RDONLY | Linux.O_DIRECTORY, 0, IN_ROOT);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT || path.equals("/")) {
                throw e;
            }
        }
        ContainerPath missing = ContainerPath.of(path);
        try (Fd parent = directories(top, missing.parent())) {
            Linux.makeDirectory(parent, ByteString.of(missing.name()), 0755);
        }
        return Linux.openResolved(top, ByteString.of(path), Linux.O_RDONLY | Linux.O_DIRECTORY, 0, IN_ROOT);
    }

    private static Fd open(Fd top, String path) throws IOException {
        return Linux.openResolved(top, ByteString.of(path), Linux.O_PATH, 0, IN_ROOT);
    }

    private static void unshare() throws IOException {
        int result;
        try {
            result = (int) UNSHARE.invokeExact(CLONE_NEWNS);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        if (result != 0) {
            throw new IOException("no mount namespace can be made: this needs root (CAP_SYS_ADMIN)");
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    /** A platform thread: it has mounts of its own from then on, and must carry nobody else's work after. */
    private static <T> T inThread(Step<T> step) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofPlatform().name("container-files").daemon().start(() -> {
            try {
                done.complete(step.run());
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException unchecked -> throw unchecked;
                default -> throw new IOException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a container's files were read or written", e);
        }
    }
}
