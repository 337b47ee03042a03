package io.strata.runtime.snapshots;

import java.io.IOException;
import java.nio.file.Path;

/** {@link SnapshotsContract} on the kernel's overlayfs. */
final class OverlaySnapshotsIT extends SnapshotsContract {
    @Override
    Snapshots open(Path folder) throws IOException {
        return new OverlaySnapshots(folder);
    }
}
