package io.strata.runtime.snapshots;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.capture.UpperCapture;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.LinuxException;
import io.strata.layerfs.sys.Mounts;
import io.strata.layerfs.sys.Mounts.Option;
import io.strata.layerfs.sys.Stat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Writable layers as overlayfs' upper directories. A container's folder holds {@code u} (upper), {@code w} (work), {@code i}
 * (init layer), {@code m} (where the union is mounted) and {@code lowers}, a path a line, the base first. It is made under
 * another name and renamed, and leaves that way too, so that what has a container's name is whole.
 */
final class OverlaySnapshots implements Snapshots {
    private static final Logger LOG = Logger.getLogger(OverlaySnapshots.class);

    /** OVL_MAX_STACK of fs/overlayfs/params.h. */
    private static final int MOST_LOWERS = 500;

    /** Nobody on the host but root comes to the set-uid files of containers (CVE-2021-41091). */
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private static final String MAKING = ".new";
    private static final String LEAVING = ".gone";

    /**
     * Said although they are the usual defaults: a kernel built otherwise would write what cannot be captured as an OCI
     * layer (redirects, files of metadata only), or refuse an upper that was mounted over other layers (index).
     */
    private static final List<Option> OPTIONS =
            List.of(Option.of("index", "off"), Option.of("metacopy", "off"), Option.of("redirect_dir", "off"));

    private final Path folder;
    private volatile boolean xino = true;

    /** Removes what a killed service had half made, or half removed. */
    OverlaySnapshots(Path folder) throws IOException {
        // The mount table names real paths.
        this.folder = Files.createDirectories(folder).toRealPath();
        Files.setPosixFilePermissions(this.folder, FOLDER);
        try (Stream<Path> children = Files.list(this.folder)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (name.endsWith(MAKING) || name.endsWith(LEAVING)) {
                    removeTree(child);
                }
            }
        }
    }

    @Override
    public void prepare(String containerId, List<Path> lowers) throws IOException {
        Path container = container(containerId);
        if (Files.exists(container)) {
            return;
        }
        if (lowers.size() >= MOST_LOWERS) {
            throw new IOException("an image of " + lowers.size() + " layers cannot be mounted: overlayfs takes "
                    + (MOST_LOWERS - 1) + " beside the container's init layer");
        }
        Path making = folder.resolve(containerId + MAKING);
        if (Files.exists(making)) {
            removeTree(making);
        }
        Files.createDirectory(making, PosixFilePermissions.asFileAttribute(FOLDER));
        for (String part : List.of("u", "w", "i", "m")) {
            Files.createDirectory(making.resolve(part));
        }
        copyRoot(lowers, making.resolve("u"));
        InitLayer.fill(making.resolve("i"), lowers.reversed());
        Files.write(
                making.resolve("lowers"), lowers.stream().map(Path::toString).toList());
        Files.move(making, container, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The union's root has the attributes of the upper's. */
    private static void copyRoot(List<Path> lowers, Path upper) throws IOException {
        try (Fd open = Linux.openDirectory(upper)) {
            if (lowers.isEmpty()) {
                Linux.chmod(open, 0755);
                return;
            }
            Stat root = Linux.stat(Fd.CWD, ByteString.of(lowers.getLast().toString()));
            Linux.chown(open, root.uid(), root.gid());
            Linux.chmod(open, root.permissions());
            Linux.setTimes(open, root.mtimeSeconds(), root.mtimeNanos());
        }
    }

    @Override
    public synchronized Path mount(String containerId) throws IOException {
        Path container = existing(containerId);
        Path target = container.resolve("m");
        if (MountTable.isMounted(target)) {
            return target;
        }
        List<Path> lowers = new ArrayList<>();
        lowers.add(container.resolve("i"));
        lowers.addAll(lowers(container).reversed());
        if (xino) {
            try {
                mount(container, target, lowers, "on");
                return target;
            } catch (LinuxException e) {
                if (e.errno() != Errno.EINVAL) {
                    throw e;
                }
                LOG.infof("overlayfs here does not take xino=on: du -x in containers is short (%s)", e.getMessage());
            }
        }
        mount(container, target, lowers, "auto");
        xino = false;
        return target;
    }

    private static void mount(Path container, Path target, List<Path> lowers, String xino) throws LinuxException {
        List<Option> options = new ArrayList<>(OPTIONS);
        options.add(Option.of("xino", xino));
        Mounts.overlay(
                target, lowers, Optional.of(container.resolve("u")), Optional.of(container.resolve("w")), options);
    }

    @Override
    public synchronized void unmount(String containerId) throws IOException {
        unmountAll(container(containerId).resolve("m"));
    }

    /** Detached, as a process of somebody else may stand in it; the kernel cleans up when that one leaves. */
    private static void unmountAll(Path target) throws IOException {
        while (MountTable.isMounted(target)) {
            Mounts.unmount(target, Mounts.MNT_DETACH);
        }
    }

    @Override
    public synchronized void remove(String containerId) throws IOException {
        Path container = container(containerId);
        if (!Files.exists(container)) {
            return;
        }
        unmountAll(container.resolve("m"));
        Path leaving = folder.resolve(containerId + LEAVING);
        Files.move(container, leaving, StandardCopyOption.ATOMIC_MOVE);
        removeTree(leaving);
    }

    @Override
    public List<Change> changes(String containerId) throws IOException {
        Path container = existing(containerId);
        List<Path> lowers = new ArrayList<>();
        lowers.add(container.resolve("i"));
        lowers.addAll(lowers(container).reversed());
        return UpperCapture.changes(container.resolve("u"), lowers).stream()
                .map(change ->
                        new Change(change.path(), Kind.valueOf(change.kind().name())))
                .toList();
    }

    @Override
    public Captured capture(String containerId, OutputStream tar) throws IOException {
        UpperCapture.Captured captured =
                UpperCapture.capture(existing(containerId).resolve("u"), tar);
        return new Captured(captured.diffId(), captured.unpackedSize(), captured.files(), captured.empty());
    }

    @Override
    public long size(String containerId) throws IOException {
        return UpperCapture.size(existing(containerId).resolve("u"));
    }

    private static List<Path> lowers(Path container) throws IOException {
        return Files.readAllLines(container.resolve("lowers")).stream()
                .map(Path::of)
                .toList();
    }

    private Path existing(String containerId) throws NoSuchFileException {
        Path container = container(containerId);
        if (!Files.exists(container)) {
            throw new NoSuchFileException(container.toString(), null, "there is no writable layer of " + containerId);
        }
        return container;
    }

    private Path container(String containerId) {
        if (!containerId.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,127}")) {
            throw new IllegalArgumentException("\"" + containerId + "\" cannot name a writable layer");
        }
        return folder.resolve(containerId);
    }

    private static void removeTree(Path tree) throws IOException {
        unmountAll(tree.resolve("m"));
        try (Fd parent = Linux.openDirectory(tree.getParent())) {
            Directory.remove(parent, ByteString.of(tree.getFileName().toString()));
        }
    }
}
