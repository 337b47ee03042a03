package io.strata.runtime.archive;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.LayerLimits;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.tar.EntryPath;
import io.strata.layerfs.tar.TarEntry;
import io.strata.layerfs.tar.TarReader;
import io.strata.layerfs.tar.TarType;
import io.strata.layerfs.whiteout.LayerXattrs;
import io.strata.runtime.errors.EngineException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacks a tar into a directory of a container, over what is there, as moby's {@code archive.Unpack}: links of the
 * container on the way to an entry are followed within its root, one at the entry's own name is replaced.
 */
final class TreeUntar implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final int NEW_FILE = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_NOFOLLOW;
    private static final int NEW_DIRECTORY_MODE = 0755;
    private static final ByteString SLASH = ByteString.of("/");

    /** Every entry belongs to these. */
    record Owner(long uid, long gid) {}

    /** @param noOverwriteDirNonDir a directory is not replaced by something else, nor the other way round */
    record Options(boolean noOverwriteDirNonDir, Optional<Owner> owner) {}

    private record Pending(ByteString path, long seconds, int nanos) {}

    private final RootView view;
    private final ByteString target;
    private final Options options;
    private final FileIo io = new FileIo(BUFFER);
    private final byte[] buffer = new byte[BUFFER];
    /** Directories into which entries may still come: each gets its time when the first entry elsewhere does. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    /** @param target an absolute path in the container, of a directory */
    TreeUntar(RootView view, ByteString target, Options options) {
        this.view = view;
        this.target = target.equals(SLASH) ? ByteString.EMPTY : target;
        this.options = options;
    }

    /** @throws EngineException with Docker's words; entries before the one refused have been made */
    void unpack(InputStream tar) throws IOException {
        TarReader reader = new TarReader(tar, LayerLimits.DEFAULT);
        try {
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entry(entry.get(), reader);
            }
            settle(ByteString.EMPTY);
        } catch (LayerException malformed) {
            throw new EngineException.InvalidInput(malformed.getMessage());
        } catch (LinuxException e) {
            if (e.errno() == Errno.EROFS) {
                throw new EngineException.Forbidden("mounted volume is marked read-only");
            }
            throw e;
        }
    }

    private void entry(TarEntry tarEntry, TarReader content) throws IOException {
        TarEntry entry = options.owner()
                .map(owner -> tarEntry.withOwner(owner.uid(), owner.gid()))
                .orElse(tarEntry);
        EntryPath path = EntryPath.of(entry.name());
        if (path.isRoot()) {
            if (entry.type() != TarType.DIRECTORY) {
                throw new EngineException.InvalidInput("the archive's root is no directory");
            }
            return;
        }
        settle(path.full());
        try (Fd parent = parent(path.parent())) {
            view.requireWritable(parent);
            boolean merged = makeRoom(entry, parent, path);
            make(entry, content, parent, path, merged);
        }
    }

    private ByteString absolute(ByteString path) {
        return target.plus(SLASH).plus(path);
    }

    private Fd parent(ByteString path) throws IOException {
        try {
            return view.directory(absolute(path));
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT || path.isEmpty()) {
                throw e;
            }
        }
        try (Fd above = parent(EntryPath.parentOf(path))) {
            Linux.makeDirectory(above, EntryPath.nameOf(path), NEW_DIRECTORY_MODE);
        }
        return view.directory(absolute(path));
    }

    /** @return whether a directory is there into which the entry, one too, merges */
    private boolean makeRoom(TarEntry entry, Fd parent, EntryPath path) throws IOException {
        Optional<Stat> there = Linux.statIfThere(parent, path.name());
        if (there.isEmpty()) {
            return false;
        }
        boolean was = there.get().isDirectory();
        boolean becomes = entry.type() == TarType.DIRECTORY;
        if (was && becomes) {
            return true;
        }
        if (options.noOverwriteDirNonDir() && was != becomes) {
            throw new EngineException.InvalidInput("cannot overwrite " + (was ? "directory" : "non-directory") + " \""
                    + absolute(path.full()) + "\" with " + (becomes ? "directory" : "non-directory") + " \""
                    + (target.isEmpty() ? SLASH : target) + "\"");
        }
        Directory.remove(parent, path.name());
        return false;
    }

    private void make(TarEntry entry, TarReader content, Fd parent, EntryPath path, boolean merged) throws IOException {
        ByteString name = path.name();
        switch (entry.type()) {
            case DIRECTORY -> {
                if (!merged) {
                    Linux.makeDirectory(parent, name, 0700);
                }
                try (Fd made = Linux.open(parent, name, Linux.DIRECTORY, 0)) {
                    describe(entry, made);
                }
                pending.push(new Pending(path.full(), entry.mtimeSeconds(), entry.mtimeNanos()));
            }
            case FILE -> {
                try (Fd made = Linux.open(parent, name, NEW_FILE, 0600)) {
                    for (int count; (count = content.read(buffer, 0, buffer.length)) >= 0; ) {
                        io.write(made, buffer, 0, count);
                    }
                    describe(entry, made);
                    Linux.setTimes(made, entry.mtimeSeconds(), entry.mtimeNanos());
                }
            }
            case HARDLINK -> {
                EntryPath first = EntryPath.of(entry.link());
                try (Fd at = view.directory(absolute(first.parent()))) {
                    Linux.link(at, first.name(), parent, name);
                }
            }
            case SYMLINK -> {
                Linux.makeSymlink(entry.link(), parent, name);
                Linux.chown(parent, name, entry.uid(), entry.gid());
                Linux.setTimes(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> node(entry, parent, name);
        }
    }

    private static void node(TarEntry entry, Fd parent, ByteString name) throws IOException {
        int type =
                switch (entry.type()) {
                    case CHARACTER_DEVICE -> Stat.S_IFCHR;
                    case BLOCK_DEVICE -> Stat.S_IFBLK;
                    default -> Stat.S_IFIFO;
                };
        Linux.makeNode(parent, name, type | entry.mode(), entry.major(), entry.minor());
        Linux.chown(parent, name, entry.uid(), entry.gid());
        try (Fd made = Linux.open(parent, name, Linux.O_PATH | Linux.O_NOFOLLOW, 0)) {
            if (!Linux.stat(made).isSymlink()) {
                Linux.chmod(Fd.CWD, ByteString.of(made.procPath()), entry.mode());
            }
        }
        Linux.setTimes(parent, name, entry.mtimeSeconds(), entry.mtimeNanos());
    }

    /** The owner first: a new one takes set-id bits and capabilities away. What the file system cannot hold is left out. */
    private static void describe(TarEntry entry, Fd made) throws IOException {
        Linux.chown(made, entry.uid(), entry.gid());
        Linux.chmod(made, entry.mode());
        for (Map.Entry<ByteString, byte[]> xattr : entry.xattrs().entrySet()) {
            if (LayerXattrs.travels(xattr.getKey())) {
                try {
                    Xattrs.set(made, xattr.getKey(), xattr.getValue());
                } catch (LinuxException e) {
                    if (e.errno() != Errno.EOPNOTSUPP) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Gives their times to the directories that {@code next} does not lie in. */
    private void settle(ByteString next) throws IOException {
        while (!pending.isEmpty() && !next.startsWith(pending.peek().path().plus(SLASH))) {
            Pending done = pending.pop();
            try (Fd directory = view.directory(absolute(done.path()))) {
                Linux.setTimes(directory, done.seconds(), done.nanos());
            } catch (LinuxException e) {
                // The container's processes may have taken it away again.
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        io.close();
    }
}
