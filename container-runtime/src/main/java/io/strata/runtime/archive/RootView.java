package io.strata.runtime.archive;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.runtime.errors.EngineException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container's files below an open root. Every path is resolved by the kernel with that root as the root
 * ({@code openat2}), so that links in the container, and processes in it that change them meanwhile, lead nowhere else
 * (CVE-2018-15664).
 */
final class RootView implements Closeable {
    private static final long IN_ROOT = Linux.RESOLVE_IN_ROOT | Linux.RESOLVE_NO_MAGICLINKS;
    /** The kernel asks for another try when the tree was renamed about while it looked at {@code ..}. */
    private static final int TRIES = 128;

    private static final int DIRECTORY = Linux.O_RDONLY | Linux.O_DIRECTORY;

    private final Fd root;
    private final boolean readOnly;

    /** @param readOnly the root's own files may not be changed; volumes may */
    RootView(Path root, boolean readOnly) throws IOException {
        this.root = Linux.openDirectory(root);
        this.readOnly = readOnly;
    }

    /** An open parent and the name in it; the name {@code .} when it is the parent itself. */
    record Place(Fd parent, ByteString name) implements Closeable {
        @Override
        public void close() {
            parent.close();
        }
    }

    Fd directory(ByteString path) throws IOException {
        return open(path, DIRECTORY);
    }

    private Fd open(ByteString path, int flags) throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                return Linux.openResolved(root, path.isEmpty() ? ByteString.of("/") : path, flags, 0, IN_ROOT);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EAGAIN || tried == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Where the path leads. @throws LinuxException ENOENT, ENOTDIR */
    Place find(ContainerPath path) throws IOException {
        return path.directory()
                ? new Place(directory(ByteString.of(path.absolute())), ByteString.of("."))
                : new Place(directory(ByteString.of(path.parent())), ByteString.of(path.name()));
    }

    PathStat stat(ContainerPath path) throws IOException {
        try (Place place = find(path)) {
            Stat stat = path.directory() ? Linux.stat(place.parent()) : Linux.stat(place.parent(), place.name());
            return new PathStat(path.base(), stat, stat.isSymlink() ? target(path, place) : "");
        }
    }

    /** Where a link leads, as a path in the container; as the link itself says when nothing is there. */
    private String target(ContainerPath path, Place place) throws IOException {
        try (Fd there = open(ByteString.of(path.absolute()), Linux.O_PATH)) {
            String prefix = place(root);
            String whole = place(there);
            return whole.equals(prefix) ? "/" : whole.substring(prefix.equals("/") ? 0 : prefix.length());
        } catch (LinuxException dangling) {
            String said = Linux.readLink(place.parent(), place.name()).toText();
            return ContainerPath.of(said.startsWith("/") ? said : path.parent() + "/" + said)
                    .absolute();
        }
    }

    private static String place(Fd fd) throws IOException {
        return Linux.readLink(Fd.CWD, ByteString.of(fd.procPath())).toText();
    }

    /** @return a regular file of the container, if there is one */
    Optional<Fd> file(String path) throws IOException {
        try {
            Fd file = open(ByteString.of(path), Linux.O_RDONLY | Linux.O_NONBLOCK);
            if (Linux.stat(file).isRegular()) {
                return Optional.of(file);
            }
            file.close();
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
                throw e;
            }
        }
        return Optional.empty();
    }

    /** @throws EngineException.Forbidden when the directory is one of a read-only root */
    void requireWritable(Fd directory) throws IOException {
        if (readOnly && Linux.stat(directory).dev() == Linux.stat(root).dev()) {
            throw new EngineException.Forbidden("container rootfs is marked read-only");
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
