package io.strata.runtime.spec;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The capabilities of capabilities(7), Docker's default ones, and what {@code --cap-add} and {@code --cap-drop} make of them. */
final class Capabilities {
    private static final String ALL = "ALL";

    /** By their numbers (linux/capability.h). */
    private static final List<String> KNOWN = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private static final List<String> DEFAULT = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");

    private Capabilities() {}

    /**
     * With {@code CAP_}, as config.json has them. {@code ALL} and privileged are what this service has itself: a container
     * cannot be given more.
     *
     * @throws EngineException.InvalidInput for one that is unknown
     */
    static List<String> of(Privileges privileges) throws IOException {
        if (privileges.privileged()) {
            return prefixed(own());
        }
        List<String> add = names(privileges.capAdd());
        List<String> drop = names(privileges.capDrop());
        Set<String> result = new LinkedHashSet<>();
        if (add.contains(ALL)) {
            result.addAll(own());
            result.removeAll(drop);
        } else if (drop.contains(ALL)) {
            result.addAll(add);
        } else {
            result.addAll(DEFAULT);
            result.removeAll(drop);
            result.addAll(add);
        }
        return prefixed(result);
    }

    private static List<String> prefixed(Iterable<String> names) {
        Set<String> prefixed = new LinkedHashSet<>();
        names.forEach(name -> prefixed.add("CAP_" + name));
        return List.copyOf(prefixed);
    }

    private static List<String> names(List<String> given) {
        return given.stream().map(Capabilities::name).toList();
    }

    private static String name(String given) {
        String upper = given.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("CAP_") ? upper.substring(4) : upper;
        if (!upper.equals(ALL) && !KNOWN.contains(name)) {
            throw new EngineException.InvalidInput("unknown capability: \"CAP_" + name + "\"");
        }
        return name;
    }

    private static Set<String> own() throws IOException {
        long mask = mask("CapPrm") & mask("CapBnd");
        Set<String> own = new LinkedHashSet<>();
        for (int i = 0; i < KNOWN.size(); i++) {
            if ((mask >> i & 1) == 1) {
                own.add(KNOWN.get(i));
            }
        }
        return own;
    }

    static boolean have(String name) throws IOException {
        return (mask("CapEff") >> KNOWN.indexOf(name) & 1) == 1;
    }

    private static long mask(String set) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(set + ":"))
                .map(line ->
                        Long.parseUnsignedLong(line.substring(set.length() + 1).strip(), 16))
                .findFirst()
                .orElse(0L);
    }
}
