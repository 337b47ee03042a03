package io.strata.runtime.layers;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Modes of the folders around layers. A layer holds set-uid files of strangers at their own modes, so that nobody but root
 * may come to them by the host's paths (CVE-2021-41091): the folders above are closed.
 */
final class LayerModes {
    static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private LayerModes() {}
}
