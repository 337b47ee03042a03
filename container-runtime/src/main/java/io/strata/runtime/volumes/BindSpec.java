package io.strata.runtime.volumes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A {@code -v} as the Engine API takes it, {@code [source:]destination[:options]}, read as moby's
 * {@code volume/mounts/linux_parser.go} reads it.
 *
 * @param source absolute path, name of a volume, or empty for an anonymous volume
 * @param target as it was given
 */
record BindSpec(String source, String target, boolean readOnly, String propagation, boolean noCopy) {
    static final Set<String> PROPAGATIONS = Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");

    private static final List<Set<String>> ALTERNATIVES = List.of(
            Set.of("rw", "ro"),
            Set.of("z", "Z"),
            PROPAGATIONS,
            Set.of("nocopy"),
            Set.of("consistent", "cached", "delegated", "default"));

    /** @throws MountException with Docker's words */
    static BindSpec parse(String raw) throws MountException {
        String[] parts = raw.split(":", -1);
        if (parts[0].isEmpty() || parts.length > 3) {
            throw invalid(raw);
        }
        if (parts.length == 1) {
            return new BindSpec("", parts[0], false, "", false);
        }
        if (parts.length == 2) {
            if (isMode(parts[1])) {
                throw invalid(raw);
            }
            return new BindSpec(parts[0], parts[1], false, "", false);
        }
        if (!isMode(parts[2])) {
            throw new MountException("invalid mode: " + parts[2]);
        }
        List<String> options = Arrays.asList(parts[2].split(","));
        String propagation =
                options.stream().filter(PROPAGATIONS::contains).findFirst().orElse("");
        return new BindSpec(parts[0], parts[1], options.contains("ro"), propagation, options.contains("nocopy"));
    }

    /** Whether every option is known and no two are of one kind. */
    private static boolean isMode(String text) {
        if (text.isEmpty()) {
            return false;
        }
        List<Predicate<String>> left = new ArrayList<>();
        ALTERNATIVES.forEach(kind -> left.add(kind::contains));
        for (String option : text.split(",", -1)) {
            boolean known = false;
            for (int i = 0; i < left.size() && !known; i++) {
                if (left.get(i).test(option)) {
                    left.remove(i);
                    known = true;
                }
            }
            if (!known) {
                return false;
            }
        }
        return true;
    }

    boolean bind() {
        return source.startsWith("/");
    }

    static MountException invalid(String raw) {
        return new MountException("invalid volume specification: '" + raw + "'");
    }
}
