package io.strata.runtime.snapshots;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.runtime.snapshots.UnionLookup.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The read-only layer between image and writable layer with what the runtime binds over (moby {@code daemon/initlayer}):
 * without it runc makes these in the writable layer, and {@code docker diff} and {@code commit} show them. It is made for
 * each container, as its directories must have the attributes that the image gives them. The image's symbolic links are
 * replaced, never followed.
 */
final class InitLayer {
    private static final List<String> DIRECTORIES = List.of("/dev", "/dev/pts", "/dev/shm", "/etc", "/proc", "/sys");
    private static final List<String> FILES =
            List.of("/.dockerenv", "/dev/console", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf");
    private static final String MTAB = "/etc/mtab";
    private static final ByteString MTAB_TARGET = ByteString.of("/proc/mounts");

    /** As moby makes them. */
    private static final int MODE = 0755;

    private static final ByteString OVERLAY_XATTRS = ByteString.of("trusted.overlay.");

    private InitLayer() {}

    private record Attributes(Fd directory, long mtimeSeconds, int mtimeNanos) {}

    /**
     * Fills {@code target}, an empty directory.
     *
     * @param lowers of the image, the topmost first
     */
    static void fill(Path target, List<Path> lowers) throws IOException {
        UnionLookup union = new UnionLookup(lowers);
        Deque<Attributes> times = new ArrayDeque<>();
        try {
            for (String name : DIRECTORIES) {
                Optional<Found> imageHas = union.find(name).filter(f -> f.stat().isDirectory());
                boolean needed = imageHas.isEmpty() || hasFiles(name);
                if (needed) {
                    directory(target.resolve(name.substring(1)), imageHas).ifPresent(times::push);
                }
            }
            for (String name : FILES) {
                Linux.makeNode(Fd.CWD, below(target, name), Stat.S_IFREG | MODE, 0, 0);
            }
            Linux.makeSymlink(MTAB_TARGET, Fd.CWD, below(target, MTAB));
            for (Attributes directory : times) {
                Linux.setTimes(directory.directory(), directory.mtimeSeconds(), directory.mtimeNanos());
            }
        } finally {
            times.forEach(directory -> directory.directory().close());
        }
    }

    private static boolean hasFiles(String directory) {
        return FILES.stream().anyMatch(file -> file.startsWith(directory + "/"));
    }

    /** @return what to set when the directory is filled: making files in it changes its time */
    private static Optional<Attributes> directory(Path path, Optional<Found> imageHas) throws IOException {
        Files.createDirectories(path.getParent());
        Linux.makeDirectory(Fd.CWD, ByteString.of(path.toString()), MODE);
        Fd open = Linux.openDirectory(path);
        try {
            if (imageHas.isEmpty()) {
                Linux.chmod(open, MODE);
                open.close();
                return Optional.empty();
            }
            Stat stat = imageHas.get().stat();
            Linux.chown(open, stat.uid(), stat.gid());
            Linux.chmod(open, stat.permissions());
            copyXattrs(imageHas.get().path(), open);
            return Optional.of(new Attributes(open, stat.mtimeSeconds(), stat.mtimeNanos()));
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** All but overlayfs' own: an opaque init layer would hide the image. */
    private static void copyXattrs(Path from, Fd to) throws IOException {
        for (ByteString name : Xattrs.list(from)) {
            Optional<byte[]> value = Xattrs.get(from, name);
            if (value.isPresent() && !name.startsWith(OVERLAY_XATTRS)) {
                Xattrs.set(to, name, value.get());
            }
        }
    }

    private static ByteString below(Path target, String name) {
        return ByteString.of(target.resolve(name.substring(1)).toString());
    }
}
