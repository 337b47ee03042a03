package io.strata.runtime.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.layerfs.ByteString;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.Linux;
import io.strata.layerfs.sys.Stat;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.spec.Privileges.DeviceMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Device nodes and the devices' cgroup. null, zero, full, random, urandom, tty, console and ptmx are the runtime's to make
 * (runtime-spec, config-linux.md).
 */
final class Devices {
    private static final Pattern RULE = Pattern.compile("([acb]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");
    private static final Pattern ACCESS = Pattern.compile("[rwm]{1,3}");

    /** Not the node's devices, or the runtime's own to make. */
    private static final Set<String> SKIPPED =
            Set.of("pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console", "ptmx");

    private final ArrayNode nodes = ConfigJson.JSON.createArrayNode();
    private final ArrayNode rules = ConfigJson.JSON.createArrayNode();

    private Devices() {}

    static Devices of(Privileges privileges) throws IOException {
        Devices devices = new Devices();
        if (privileges.privileged()) {
            devices.all(Path.of("/dev"));
            devices.rules.addObject().put("allow", true).put("access", "rwm");
            for (DeviceMapping mapping : privileges.devices()) {
                if (!mapping.pathOnHost().equals(mapping.pathInContainer())) {
                    devices.add(mapping, false);
                }
            }
            return devices;
        }
        devices.defaultRules();
        for (DeviceMapping mapping : privileges.devices()) {
            devices.add(mapping, true);
        }
        for (String rule : privileges.deviceCgroupRules()) {
            devices.rule(rule);
        }
        return devices;
    }

    static void checkRules(List<String> rules) {
        rules.forEach(new Devices()::rule);
    }

    /** For {@code linux.devices}. */
    ArrayNode nodes() {
        return nodes;
    }

    /** For {@code linux.resources.devices}. */
    ArrayNode rules() {
        return rules;
    }

    /** Docker's: zero, null, urandom, random, tty, console; fuse is denied by name. */
    private void defaultRules() {
        rules.addObject().put("allow", false).put("access", "rwm");
        int[][] allowed = {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {5, 0}, {5, 1}};
        for (int[] device : allowed) {
            rule(true, "c", device[0], device[1], "rwm");
        }
        rule(false, "c", 10, 229, "rwm");
    }

    private void rule(boolean allow, String type, long major, long minor, String access) {
        rules.addObject()
                .put("allow", allow)
                .put("type", type)
                .put("major", major)
                .put("minor", minor)
                .put("access", access);
    }

    private void rule(String text) {
        Matcher matcher = RULE.matcher(text);
        if (!matcher.matches()) {
            throw new EngineException.InvalidInput("invalid device cgroup rule format: '" + text + "'");
        }
        ObjectNode rule = rules.addObject().put("allow", true).put("type", matcher.group(1));
        rule.put("major", number(text, matcher.group(2)));
        rule.put("minor", number(text, matcher.group(3)));
        rule.put("access", matcher.group(4));
    }

    /** -1 is any (runc's {@code devices.Wildcard}). */
    private static long number(String rule, String text) {
        if (text.length() > 9) {
            throw new EngineException.InvalidInput("invalid device cgroup rule format: '" + rule + "'");
        }
        return text.equals("*") ? -1 : Long.parseLong(text);
    }

    private void add(DeviceMapping mapping, boolean withRule) throws IOException {
        String access = mapping.access().isEmpty() ? "rwm" : mapping.access();
        if (!ACCESS.matcher(access).matches()) {
            throw new EngineException.InvalidInput("invalid device mode: " + access);
        }
        Path host = Path.of(mapping.pathOnHost());
        if (!host.isAbsolute() || !Files.exists(host)) {
            throw new EngineException.InvalidInput("error gathering device information while adding custom device \""
                    + mapping.pathOnHost() + "\": no such file or directory");
        }
        Path real = host.toRealPath();
        Path inContainer =
                Path.of(mapping.pathInContainer().isEmpty() ? mapping.pathOnHost() : mapping.pathInContainer());
        if (Files.isDirectory(real)) {
            directory(mapping, real, inContainer, withRule ? access : "");
        } else if (!node(real, inContainer, withRule ? access : "")) {
            throw notADevice(mapping);
        }
    }

    private void directory(DeviceMapping mapping, Path real, Path inContainer, String access) throws IOException {
        int before = nodes.size();
        try (Stream<Path> below = Files.walk(real)) {
            for (Path file : below.sorted().toList()) {
                node(file, inContainer.resolve(real.relativize(file).toString()), access);
            }
        }
        if (nodes.size() == before) {
            throw notADevice(mapping);
        }
    }

    private static EngineException.InvalidInput notADevice(DeviceMapping mapping) {
        return new EngineException.InvalidInput("error gathering device information while adding custom device \""
                + mapping.pathOnHost() + "\": not a device node");
    }

    /** @return false for what is no device */
    private boolean node(Path host, Path inContainer, String access) throws IOException {
        Stat stat = Linux.stat(Fd.CWD, ByteString.of(host.toString()));
        if (stat.type() != Stat.S_IFCHR && stat.type() != Stat.S_IFBLK) {
            return false;
        }
        String type = stat.type() == Stat.S_IFCHR ? "c" : "b";
        nodes.addObject()
                .put("type", type)
                .put("path", inContainer.toString())
                .put("major", stat.rdevMajor())
                .put("minor", stat.rdevMinor())
                .put("fileMode", stat.permissions())
                .put("uid", stat.uid())
                .put("gid", stat.gid());
        if (!access.isEmpty()) {
            rule(true, type, stat.rdevMajor(), stat.rdevMinor(), access);
        }
        return true;
    }

    private void all(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (SKIPPED.contains(entry.getFileName().toString())) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    all(entry);
                } else {
                    node(entry, entry, "");
                }
            }
        }
    }
}
