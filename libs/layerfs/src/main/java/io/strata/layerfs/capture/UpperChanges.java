package io.strata.layerfs.capture;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.capture.UpperCapture.Change;
import io.strata.layerfs.capture.UpperCapture.Kind;
import io.strata.layerfs.sys.Directory;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.layerfs.sys.Xattrs;
import io.strata.layerfs.whiteout.LayerXattrs;
import io.strata.layerfs.whiteout.OverlayMarks;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What an upper directory changes in the union below it (the rules: moby/go-archive, {@code changes.go}). */
final class UpperChanges {
    private final LowerView below;
    private final Map<ByteString, Kind> changes = new TreeMap<>();

    UpperChanges(LowerView below) {
        this.below = below;
    }

    List<Change> in(Fd root) throws IOException {
        directory(root, ByteString.EMPTY, below.root(), true, false);
        return changes.entrySet().stream()
                .map(change -> new Change(change.getKey().toText(), change.getValue()))
                .toList();
    }

    /**
     * @param twin   the directory below, if there is one
     * @param told   a change of the directory itself is known already, or none is to be
     * @param hiding nothing of the twin shines through
     */
    private void directory(Fd directory, ByteString path, Optional<LowerView.Found> twin, boolean told, boolean hiding)
            throws IOException {
        int before = changes.size();
        List<ByteString> names = Directory.names(directory);
        for (ByteString name : names) {
            child(directory, name, path.plus(ByteString.of("/")).plus(name), twin, hiding);
        }
        if (hiding && twin.isPresent()) {
            Set<ByteString> gone = below.names(twin.get());
            names.forEach(gone::remove);
            gone.forEach(name -> changes.put(path.plus(ByteString.of("/")).plus(name), Kind.DELETED));
        }
        if (changes.size() > before && !told) {
            changes.put(path, Kind.MODIFIED);
        }
    }

    private void child(Fd at, ByteString name, ByteString path, Optional<LowerView.Found> parent, boolean hiding)
            throws IOException {
        Stat stat = Linux.stat(at, name);
        Optional<LowerView.Found> old = parent.isPresent() ? below.find(parent.get(), name) : Optional.empty();
        if (stat.isWhiteout()) {
            if (old.isPresent()) {
                changes.put(path, Kind.DELETED);
            }
            return;
        }
        boolean differs = old.isPresent() && differs(old.get(), at, name, stat);
        if (old.isEmpty() || differs) {
            changes.put(path, old.isEmpty() ? Kind.ADDED : Kind.MODIFIED);
        }
        if (stat.isDirectory()) {
            try (Fd directory = Linux.open(at, name, Linux.DIRECTORY, 0)) {
                boolean opaque = Xattrs.get(directory, OverlayMarks.OPAQUE)
                        .filter(OverlayMarks::saysOpaque)
                        .isPresent();
                Optional<LowerView.Found> twin =
                        old.filter(found -> found.stat().isDirectory());
                directory(directory, path, twin, old.isEmpty() || differs, hiding || opaque);
            }
        }
    }

    private static boolean differs(LowerView.Found old, Fd at, ByteString name, Stat now) throws IOException {
        Stat then = old.stat();
        if (then.mode() != now.mode()
                || then.uid() != now.uid()
                || then.gid() != now.gid()
                || then.rdevMajor() != now.rdevMajor()
                || then.rdevMinor() != now.rdevMinor()) {
            return true;
        }
        if (!now.isDirectory() && (then.size() != now.size() || !sameTime(then, now))) {
            return true;
        }
        byte[] capability = Xattrs.get(at, name, LayerXattrs.CAPABILITY).orElse(new byte[0]);
        return !Arrays.equals(capability, old.capability());
    }

    /** A time that went through a tar has lost its fraction. */
    private static boolean sameTime(Stat a, Stat b) {
        return a.mtimeSeconds() == b.mtimeSeconds()
                && (a.mtimeNanos() == b.mtimeNanos() || a.mtimeNanos() == 0 || b.mtimeNanos() == 0);
    }
}
