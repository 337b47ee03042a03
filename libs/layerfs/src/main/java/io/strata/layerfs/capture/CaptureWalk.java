package io.strata.layerfs.capture;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarWriter;
import io.strata.layerfs.whiteout.OverlayMarks;
import io.strata.layerfs.whiteout.Whiteout;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/** One walk over an upper directory that writes its layer. */
final class CaptureWalk implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final int WHITEOUT_MODE = 0600;
    private static final ByteString SLASH = ByteString.of("/");

    private final TarWriter tar;
    private final FileIo io = new FileIo(BUFFER);
    private final byte[] buffer = new byte[BUFFER];
    private final Map<Long, ByteString> linked = new HashMap<>();
    private long entries;
    private long unpackedSize;

    CaptureWalk(OutputStream out) {
        tar = new TarWriter(new BufferedOutputStream(out, BUFFER));
    }

    long entries() {
        return entries;
    }

    long unpackedSize() {
        return unpackedSize;
    }

    void finish() throws IOException {
        tar.finish();
    }

    /** All below {@code root}; the root itself is in no layer of Docker's. */
    void directory(Fd root) throws IOException {
        children(root, ByteString.EMPTY);
    }

    private void children(Fd directory, ByteString prefix) throws IOException {
        for (ByteString name : Directory.names(directory)) {
            child(directory, name, prefix.plus(name), prefix);
        }
    }

    private void child(Fd at, ByteString name, ByteString path, ByteString prefix) throws IOException {
        if (name.startsWith(Whiteout.PREFIX)) {
            throw new LayerException("the file " + path + " cannot be in a layer: its name says that "
                    + name.slice(Whiteout.PREFIX.length()) + " is removed");
        }
        Stat stat = Linux.stat(at, name);
        if (stat.isWhiteout()) {
            write(TarEntry.file(prefix.plus(Whiteout.PREFIX).plus(name), WHITEOUT_MODE, 0));
            return;
        }
        switch (stat.type()) {
            case Stat.S_IFDIR -> subdirectory(at, name, path);
            case Stat.S_IFREG -> file(at, name, path);
            case Stat.S_IFSOCK -> {
                // A socket is of a running process, and tar has no type for it.
            }
            default -> {
                if (!writtenAsLink(stat, path)) {
                    write(FileEntry.of(at, name, stat, path));
                }
            }
        }
    }

    private void subdirectory(Fd at, ByteString name, ByteString path) throws IOException {
        try (Fd directory = Linux.open(at, name, Linux.DIRECTORY, 0)) {
            TarEntry entry = FileEntry.of(directory, Linux.stat(directory), path);
            write(entry);
            boolean opaque = Xattrs.get(directory, OverlayMarks.OPAQUE)
                    .filter(OverlayMarks::saysOpaque)
                    .isPresent();
            ByteString prefix = path.plus(SLASH);
            if (opaque) {
                write(TarEntry.file(prefix.plus(Whiteout.OPAQUE_NAME), entry.mode() & 0777, 0)
                        .withOwner(entry.uid(), entry.gid()));
            }
            children(directory, prefix);
        }
    }

    private void file(Fd at, ByteString name, ByteString path) throws IOException {
        try (Fd file = Linux.open(at, name, Linux.O_RDONLY | Linux.O_NOFOLLOW | Linux.O_NONBLOCK, 0)) {
            Stat stat = Linux.stat(file);
            if (!stat.isRegular()) {
                throw new IOException("the file " + path + " changed its type while it was captured");
            }
            if (writtenAsLink(stat, path)) {
                return;
            }
            write(FileEntry.of(file, stat, path));
            for (long left = stat.size(); left > 0; ) {
                int count = io.read(file, buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    throw new IOException("the file " + path + " became shorter while it was captured");
                }
                tar.write(buffer, 0, count);
                left -= count;
            }
            unpackedSize += stat.size();
        }
    }

    private boolean writtenAsLink(Stat stat, ByteString path) throws IOException {
        if (stat.nlink() == 1) {
            return false;
        }
        ByteString first = linked.putIfAbsent(stat.ino(), path);
        if (first == null) {
            return false;
        }
        write(TarEntry.hardlink(path, first)
                .withMode(stat.permissions())
                .withOwner(stat.uid(), stat.gid())
                .withMtime(stat.mtimeSeconds(), 0));
        return true;
    }

    private void write(TarEntry entry) throws IOException {
        tar.entry(entry);
        entries++;
    }

    /** Leaves the tar as it is, and its stream open. */
    @Override
    public void close() {
        io.close();
    }
}
