package io.strata.runtime.volumes;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.EntryPath;
import io.strata.layerfs.whiteout.LayerXattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies a directory of an image into a volume: owners, modes, times, extended attributes, hard links within it. What the
 * image says is hostile: the source is resolved with the image's root as the root, and below it no link is followed.
 */
final class TreeCopy implements AutoCloseable {
    private static final int BUFFER = 1 << 18;
    private static final int NEW_FILE = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    private static final int READ_FILE = Linux.O_RDONLY | Linux.O_NOFOLLOW | Linux.O_NONBLOCK;
    private static final long IN_ROOT = Linux.RESOLVE_IN_ROOT | Linux.RESOLVE_NO_MAGICLINKS;
    private static final long BENEATH = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS;
    private static final ByteString DOT = ByteString.of(".");
    private static final ByteString SLASH = ByteString.of("/");

    private record File(long device, long number) {}

    private final Fd target;
    private final FileIo io = new FileIo(BUFFER);
    private final byte[] buffer = new byte[BUFFER];
    private final Map<File, ByteString> linked = new HashMap<>();

    private TreeCopy(Fd target) {
        this.target = target;
    }

    /**
     * Nothing is copied when there is no such directory in the image, or when the target holds something.
     *
     * @throws MountException when the image has a file there
     */
    static void intoEmpty(Path root, String source, Path target) throws IOException {
        try (Fd to = Linux.openDirectory(target);
                Fd look = Linux.openDirectory(target)) {
            if (!Directory.names(look).isEmpty()) {
                return;
            }
            try (Fd image = Linux.openDirectory(root);
                    Fd from = Linux.openResolved(
                            image, ByteString.of(source), Linux.O_RDONLY | Linux.O_DIRECTORY, 0, IN_ROOT);
                    TreeCopy copy = new TreeCopy(to)) {
                copy.whole(from);
            } catch (LinuxException e) {
                switch (e.errno()) {
                    case Errno.ENOENT -> {}
                    case Errno.ENOTDIR ->
                        throw new MountException("cannot mount volume over existing file, file exists " + source, e);
                    default -> throw e;
                }
            }
        }
    }

    /** What was copied before an error is removed, so that the volume is still empty. */
    private void whole(Fd from) throws IOException {
        try {
            children(from, target, ByteString.EMPTY);
            describe(from, target, Linux.stat(from));
        } catch (IOException | RuntimeException e) {
            try (Fd again = Linux.open(target, DOT, Linux.DIRECTORY, 0)) {
                for (ByteString name : Directory.names(again)) {
                    Directory.remove(target, name);
                }
            }
            throw e;
        }
    }

    private void children(Fd from, Fd to, ByteString prefix) throws IOException {
        for (ByteString name : Directory.names(from)) {
            child(from, to, name, prefix.plus(name));
        }
    }

    private void child(Fd from, Fd to, ByteString name, ByteString path) throws IOException {
        Stat stat = Linux.stat(from, name);
        if (!stat.isDirectory() && stat.nlink() > 1) {
            ByteString first = linked.putIfAbsent(new File(stat.dev(), stat.ino()), path);
            if (first != null) {
                link(first, to, name);
                return;
            }
        }
        switch (stat.type()) {
            case Stat.S_IFDIR -> {
                Linux.makeDirectory(to, name, 0700);
                try (Fd source = Linux.open(from, name, Linux.DIRECTORY, 0);
                        Fd made = Linux.open(to, name, Linux.DIRECTORY, 0)) {
                    children(source, made, path.plus(SLASH));
                    describe(source, made, stat);
                }
            }
            case Stat.S_IFREG -> {
                try (Fd source = Linux.open(from, name, READ_FILE, 0);
                        Fd made = Linux.open(to, name, NEW_FILE, 0600)) {
                    for (int count; (count = io.read(source, buffer, 0, buffer.length)) >= 0; ) {
                        io.write(made, buffer, 0, count);
                    }
                    describe(source, made, Linux.stat(source));
                }
            }
            case Stat.S_IFSOCK -> linked.remove(new File(stat.dev(), stat.ino()));
            default -> node(from, to, name, stat);
        }
    }

    /** A container that has the volume already may be changing what lies on the way: no link is followed to the name. */
    private void link(ByteString first, Fd to, ByteString name) throws IOException {
        ByteString parent = EntryPath.parentOf(first);
        try (Fd at = Linux.openResolved(target, parent.isEmpty() ? DOT : parent, Linux.DIRECTORY, 0, BENEATH)) {
            Linux.link(at, EntryPath.nameOf(first), to, name);
        }
    }

    private static void node(Fd from, Fd to, ByteString name, Stat stat) throws IOException {
        if (stat.isSymlink()) {
            Linux.makeSymlink(Linux.readLink(from, name), to, name);
        } else {
            Linux.makeNode(to, name, stat.type() | stat.permissions(), stat.rdevMajor(), stat.rdevMinor());
            try (Fd made = Linux.open(to, name, Linux.O_PATH | Linux.O_NOFOLLOW, 0)) {
                Linux.chmod(Fd.CWD, ByteString.of(made.procPath()), stat.permissions());
            }
        }
        Linux.chown(to, name, stat.uid(), stat.gid());
        for (ByteString attribute : Xattrs.list(from, name)) {
            if (LayerXattrs.travels(attribute)) {
                var value = Xattrs.get(from, name, attribute);
                if (value.isPresent()) {
                    Xattrs.set(to, name, attribute, value.get());
                }
            }
        }
        Linux.setTimes(to, name, stat.mtimeSeconds(), stat.mtimeNanos());
    }

    /** The owner first: a new one takes set-id bits and capabilities away. */
    private static void describe(Fd from, Fd made, Stat stat) throws IOException {
        Linux.chown(made, stat.uid(), stat.gid());
        Linux.chmod(made, stat.permissions());
        for (ByteString attribute : Xattrs.list(from)) {
            if (LayerXattrs.travels(attribute)) {
                var value = Xattrs.get(from, attribute);
                if (value.isPresent()) {
                    Xattrs.set(made, attribute, value.get());
                }
            }
        }
        Linux.setTimes(made, stat.mtimeSeconds(), stat.mtimeNanos());
    }

    @Override
    public void close() {
        io.close();
    }
}
