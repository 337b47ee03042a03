package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.layerfs.whiteout.LayerXattrs;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** Makes one entry in an open directory, where its name is free. */
final class Entries implements Closeable {
    private static final int NEW_FILE = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    private static final int BUFFER = 1 << 18;
    private static final ByteString USER = ByteString.of("user.");

    private final FileIo io = new FileIo(BUFFER);
    private final byte[] buffer = new byte[BUFFER];

    /** @throws LinuxException EEXIST when the name is taken */
    void file(TarEntry entry, TarReader content, Fd parent, ByteString name) throws IOException {
        try (Fd file = Linux.open(parent, name, NEW_FILE, 0600)) {
            for (int count; (count = content.read(buffer, 0, buffer.length)) >= 0; ) {
                io.write(file, buffer, 0, count);
            }
            describe(entry, file);
            Linux.setTimes(file, entry.mtimeSeconds(), entry.mtimeNanos());
        }
    }

    /** Owner, mode and attributes; in this order, because a new owner takes set-id bits and capabilities away. */
    void describe(TarEntry entry, Fd file) throws IOException {
        Linux.chown(file, entry.uid(), entry.gid());
        Linux.chmod(file, entry.mode());
        for (Map.Entry<ByteString, byte[]> xattr : entry.xattrs().entrySet()) {
            if (LayerXattrs.travels(xattr.getKey())) {
                try {
                    Xattrs.set(file, xattr.getKey(), xattr.getValue());
                } catch (LinuxException e) {
                    ignoreUnsupported(e, xattr.getKey());
                }
            }
        }
    }

    void symlink(TarEntry entry, Fd parent, ByteString name) throws IOException {
        Linux.makeSymlink(entry.link(), parent, name);
        describeNode(entry, parent, name);
    }

    void node(TarEntry entry, Fd parent, ByteString name) throws IOException {
        int type =
                switch (entry.type()) {
                    case CHARACTER_DEVICE -> Stat.S_IFCHR;
                    case BLOCK_DEVICE -> Stat.S_IFBLK;
                    case FIFO -> Stat.S_IFIFO;
                    case FILE, HARDLINK, SYMLINK, DIRECTORY ->
                        throw new IllegalArgumentException(entry.type() + " is no device");
                };
        Linux.makeNode(parent, name, type | entry.mode(), entry.major(), entry.minor());
        describeNode(entry, parent, name);
        // mknod(2) heeds the umask. The mode is set through the node itself, which a name might not be any more.
        try (Fd node = Linux.open(parent, name, Linux.O_PATH | Linux.O_NOFOLLOW, 0)) {
            Linux.chmod(Fd.CWD, ByteString.of(node.procPath()), entry.mode());
        }
        Linux.setTimes(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    private static void describeNode(TarEntry entry, Fd parent, ByteString name) throws IOException {
        Linux.chown(parent, name, entry.uid(), entry.gid());
        for (Map.Entry<ByteString, byte[]> xattr : entry.xattrs().entrySet()) {
            if (LayerXattrs.travels(xattr.getKey())) {
                try {
                    Xattrs.set(parent, name, xattr.getKey(), xattr.getValue());
                } catch (LinuxException e) {
                    ignoreUnsupported(e, xattr.getKey());
                }
            }
        }
        Linux.setTimes(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    /** As Docker: what the file system cannot hold is left out, and {@code user.} where only files may have it. */
    private static void ignoreUnsupported(LinuxException e, ByteString attribute) throws IOException {
        switch (e.errno()) {
            case Errno.EOPNOTSUPP -> {}
            case Errno.EPERM -> {
                if (!attribute.startsWith(USER)) {
                    throw e;
                }
            }
            case Errno.EINVAL, Errno.ERANGE ->
                throw new LayerException("the kernel refuses the extended attribute " + attribute, e);
            default -> throw e;
        }
    }

    @Override
    public void close() {
        io.close();
    }
}
