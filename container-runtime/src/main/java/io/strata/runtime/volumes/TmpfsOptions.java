package io.strata.runtime.volumes;

import io.strata.runtime.volumes.MountRequest.MountSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Options of a tmpfs; those of moby's {@code mount.MergeTmpfsOptions}. */
final class TmpfsOptions {
    private static final Set<String> FLAGS = Set.of(
            "defaults",
            "ro",
            "rw",
            "suid",
            "nosuid",
            "dev",
            "nodev",
            "exec",
            "noexec",
            "sync",
            "async",
            "dirsync",
            "mand",
            "nomand",
            "atime",
            "noatime",
            "diratime",
            "nodiratime",
            "relatime",
            "norelatime",
            "strictatime",
            "nostrictatime",
            "private",
            "rprivate",
            "shared",
            "rshared",
            "slave",
            "rslave",
            "unbindable",
            "runbindable");
    private static final Set<String> VALUES = Set.of("uid", "gid", "mode", "size", "nr_blocks", "nr_inodes", "mpol");

    private TmpfsOptions() {}

    /** @param text {@code size=64m,exec}, or nothing */
    static List<String> parse(String text) throws MountException {
        List<String> options = new ArrayList<>();
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = option.indexOf('=');
            boolean known = equals < 0 ? FLAGS.contains(option) : VALUES.contains(option.substring(0, equals));
            if (!known) {
                throw new MountException("invalid tmpfs option [\"" + option + "\"]");
            }
            if (!option.equals("defaults")) {
                options.add(option);
            }
        }
        return options;
    }

    static List<String> of(MountSpec spec) throws MountException {
        if (spec.tmpfsSize() < 0) {
            throw new MountException(
                    "invalid mount config for type \"tmpfs\": TmpfsOptions.SizeBytes must be positive");
        }
        List<String> options = new ArrayList<>();
        if (spec.readOnly()) {
            options.add("ro");
        }
        if (spec.tmpfsMode() != 0) {
            options.add(String.format(Locale.ROOT, "mode=%o", spec.tmpfsMode()));
        }
        if (spec.tmpfsSize() > 0) {
            options.add("size=" + spec.tmpfsSize());
        }
        return options;
    }
}
