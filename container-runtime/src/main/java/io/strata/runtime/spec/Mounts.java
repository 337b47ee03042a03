package io.strata.runtime.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.spec.Namespaces.Host;
import io.strata.runtime.spec.Namespaces.Join;
import io.strata.runtime.volumes.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Docker's own mounts and the container's: the latter replace the former. */
final class Mounts {
    private static final long SHM_SIZE = 64 << 20;

    /** Of a tmpfs' options the later one of a pair wins. */
    private static final Map<String, String> OPPOSITES = Map.ofEntries(
            Map.entry("noexec", "exec"),
            Map.entry("exec", "noexec"),
            Map.entry("nosuid", "suid"),
            Map.entry("suid", "nosuid"),
            Map.entry("nodev", "dev"),
            Map.entry("dev", "nodev"),
            Map.entry("ro", "rw"),
            Map.entry("rw", "ro"));

    private final ContainerSpec spec;
    private final SecurityOptions security;
    private final ArrayNode mounts = ConfigJson.JSON.createArrayNode();
    private final Set<String> users = new HashSet<>();
    private String rootPropagation = "";

    private Mounts(ContainerSpec spec, SecurityOptions security) {
        this.spec = spec;
        this.security = security;
        spec.mounts().forEach(mount -> users.add(mount.destination()));
    }

    static Mounts of(ContainerSpec spec, SecurityOptions security, Optional<Path> init) throws IOException {
        Mounts mounts = new Mounts(spec, security);
        mounts.defaults();
        mounts.etc();
        for (MountPoint mount : spec.mounts()) {
            mounts.add(mount);
        }
        init.ifPresent(program -> mounts.put(ConfigJson.INIT, "bind", program.toString(), List.of("bind", "ro")));
        return mounts;
    }

    ArrayNode json() {
        return mounts;
    }

    /** What {@code linux.rootfsPropagation} has to be for the mounts' own; empty for the runtime's default. */
    String rootPropagation() {
        return rootPropagation;
    }

    private void defaults() throws IOException {
        boolean privileged = spec.privileges().privileged();
        putDefault("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        putDefault("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        putDefault(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5");
        putDefault("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", privileged ? "rw" : "ro");
        boolean writableCgroups = security.writableCgroups().orElse(privileged);
        putDefault("/sys/fs/cgroup", "cgroup", "cgroup", writableCgroups ? "rw" : "ro", "nosuid", "noexec", "nodev");
        putDefault("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        sharedMemory();
    }

    /** Who shares an IPC namespace shares its {@code /dev/shm}. */
    private void sharedMemory() throws IOException {
        switch (spec.namespaces().ipc()) {
            case Host _ -> putDefault("/dev/shm", "bind", "/dev/shm", "rbind");
            case Join join -> {
                // /proc/<pid>/ns/ipc: the same process' root
                Path other = join.path().getParent().resolveSibling("root/dev/shm");
                if (Files.isDirectory(other)) {
                    putDefault("/dev/shm", "bind", other.toString(), "rbind");
                }
            }
            default -> {
                long size = spec.shmSize() == 0 ? SHM_SIZE : spec.shmSize();
                putDefault("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + size);
            }
        }
    }

    private void putDefault(String destination, String type, String source, String... options) {
        boolean hidden = users.contains("/dev") && destination.startsWith("/dev/");
        if (!users.contains(destination) && !hidden) {
            put(destination, type, source, List.of(options));
        }
    }

    private void etc() {
        bindFile("/etc/resolv.conf", spec.files().resolvConf());
        bindFile("/etc/hostname", spec.files().hostname());
        bindFile("/etc/hosts", spec.files().hosts());
    }

    private void bindFile(String destination, Optional<Path> file) {
        if (file.isPresent() && !users.contains(destination)) {
            List<String> options = new ArrayList<>(List.of("rbind", "rprivate"));
            if (spec.privileges().readonlyRootfs()) {
                options.add("ro");
            }
            put(destination, "bind", file.get().toString(), options);
        }
    }

    private void add(MountPoint mount) throws IOException {
        if (mount.type() == MountPoint.Type.TMPFS) {
            put(mount.destination(), "tmpfs", "tmpfs", tmpfsOptions(mount));
            return;
        }
        List<String> options = new ArrayList<>(List.of("rbind"));
        if (mount.readOnly()) {
            options.add(recursive() ? "rro" : "ro");
        }
        if (!mount.propagation().isEmpty()) {
            propagate(mount);
            options.add(mount.propagation());
        }
        put(mount.destination(), "bind", mount.source(), options);
    }

    /** mount_setattr(2) came with Linux 5.12. */
    private static boolean recursive() {
        String[] release = System.getProperty("os.version").split("[.-]");
        int major = Integer.parseInt(release[0]);
        return major > 5 || major == 5 && Integer.parseInt(release[1]) >= 12;
    }

    private void propagate(MountPoint mount) throws IOException {
        switch (mount.propagation()) {
            case "shared", "rshared" -> {
                requireOptional(mount, "shared:");
                rootPropagation = "shared";
            }
            case "slave", "rslave" -> {
                requireOptional(mount, "shared:", "master:");
                rootPropagation = rootPropagation.equals("shared") ? "shared" : "rslave";
            }
            default -> {}
        }
    }

    /** The mount that the source lies on must be of a kind that can propagate. */
    private static void requireOptional(MountPoint mount, String... kinds) throws IOException {
        Path source = Path.of(mount.source()).toRealPath();
        String point = "";
        String line = "";
        for (String candidate : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String path = candidate.split(" ")[4].replace("\\040", " ");
            if (source.startsWith(path) && path.length() >= point.length()) {
                point = path;
                line = candidate;
            }
        }
        String optional = line.substring(0, line.indexOf(" - "));
        for (String kind : kinds) {
            if (optional.contains(" " + kind)) {
                return;
            }
        }
        throw new EngineException.InvalidInput("path " + mount.source() + " is mounted on " + point
                + " but it is not a " + (kinds.length == 1 ? "shared" : "shared or slave") + " mount");
    }

    private static List<String> tmpfsOptions(MountPoint mount) {
        Set<String> merged = new LinkedHashSet<>(List.of("noexec", "nosuid", "nodev", "rprivate"));
        for (String option : mount.options()) {
            String key = option.contains("=") ? option.substring(0, option.indexOf('=') + 1) : option;
            merged.removeIf(
                    present -> key.endsWith("=") && present.startsWith(key) || present.equals(OPPOSITES.get(option)));
            merged.add(option);
        }
        if (mount.readOnly()) {
            merged.remove("rw");
            merged.add("ro");
        }
        return List.copyOf(merged);
    }

    private void put(String destination, String type, String source, List<String> options) {
        ObjectNode mount = mounts.addObject()
                .put("destination", destination)
                .put("type", type)
                .put("source", source);
        ArrayNode list = mount.putArray("options");
        options.forEach(list::add);
    }
}
