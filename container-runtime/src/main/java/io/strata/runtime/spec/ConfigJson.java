package io.strata.runtime.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessConfig;
import io.strata.runtime.process.Programs;
import io.strata.runtime.spec.ContainerSpec.ConsoleSize;
import io.strata.runtime.spec.Namespaces.Host;
import io.strata.runtime.spec.Namespaces.Join;
import io.strata.runtime.spec.Namespaces.Namespace;
import io.strata.runtime.spec.Namespaces.Own;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts {@code config.json} together (runtime-spec 1.0.2, config.md and config-linux.md), as dockerd 28 does. */
@ApplicationScoped
public class ConfigJson implements RuntimeSpecs {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Where Docker puts it in the container. */
    static final String INIT = "/sbin/docker-init";

    private static final String VERSION = "1.0.2";
    private static final String CGROUP_PARENT = "/strata";

    private final ProcessConfig config;

    ConfigJson(ProcessConfig config) {
        this.config = config;
    }

    @Override
    public void write(Path bundle, ContainerSpec spec) throws IOException {
        byte[] json = JSON.writeValueAsBytes(config(spec));
        Files.createDirectories(bundle);
        Path next = bundle.resolve("config.json.next");
        Files.write(next, json);
        Files.move(next, bundle.resolve("config.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public byte[] resources(Resources limits) throws IOException {
        return JSON.writeValueAsBytes(CgroupLimits.of(limits));
    }

    private ObjectNode config(ContainerSpec spec) throws IOException {
        SecurityOptions security = SecurityOptions.of(spec.privileges().securityOpt());
        boolean ownPids = spec.namespaces().pid() instanceof Own;
        Optional<Path> init = spec.init() && ownPids ? Optional.of(init()) : Optional.empty();
        Mounts mounts = Mounts.of(spec, security, init);
        ObjectNode root = JSON.createObjectNode();
        root.put("ociVersion", VERSION);
        List<String> capabilities = Capabilities.of(spec.privileges());
        root.set("process", process(spec, security, capabilities, init.isPresent()));
        root.putObject("root")
                .put("path", spec.root().toString())
                .put("readonly", spec.privileges().readonlyRootfs());
        if (!(spec.namespaces().uts() instanceof Host)) {
            root.put("hostname", spec.hostname());
        }
        root.set("mounts", mounts.json());
        ObjectNode annotations = root.putObject("annotations");
        new TreeMap<>(spec.annotations()).forEach(annotations::put);
        root.set("linux", linux(spec, security, capabilities, mounts.rootPropagation()));
        return root;
    }

    private Path init() {
        Optional<Path> found = config.init().isPresent()
                ? Programs.find(config.init().get())
                : Programs.find("docker-init")
                        .or(() -> Programs.find("tini-static"))
                        .or(() -> Programs.find("tini"));
        return found.orElseThrow(() -> new EngineException.InvalidInput(
                "exec: \"docker-init\": executable file not found in $PATH: install tini, or set strata.process.init"));
    }

    private static ObjectNode process(
            ContainerSpec spec, SecurityOptions security, List<String> capabilities, boolean init) throws IOException {
        ContainerSpec.Command command = spec.command();
        if (command.args().isEmpty()) {
            throw new EngineException.InvalidInput("no command specified");
        }
        ObjectNode process = JSON.createObjectNode();
        process.put("terminal", command.terminal());
        if (command.terminal()) {
            command.consoleSize().ifPresent(size -> consoleSize(process, size));
        }
        user(process, new Users(new RootFiles(spec.root())).find(command.user(), command.additionalGroups()));
        List<String> args = new ArrayList<>(init ? List.of(INIT, "--") : List.of());
        args.addAll(command.args());
        strings(process.putArray("args"), args);
        strings(process.putArray("env"), Environment.of(spec));
        process.put("cwd", WorkingDirectory.of(spec.root(), command.workingDir()));
        capabilities(process, capabilities);
        process.set("rlimits", Limits.rlimits(spec.ulimits()));
        process.put("noNewPrivileges", security.noNewPrivileges());
        apparmor(spec, security).ifPresent(profile -> process.put("apparmorProfile", profile));
        Optional<Integer> score = Limits.oomScore(spec.oomScoreAdj());
        score.ifPresent(value -> process.put("oomScoreAdj", value));
        return process;
    }

    private static void consoleSize(ObjectNode process, ConsoleSize size) {
        if (size.rows() > 0 && size.columns() > 0) {
            process.putObject("consoleSize").put("height", size.rows()).put("width", size.columns());
        }
    }

    private static void user(ObjectNode process, Users.User user) {
        ObjectNode json = process.putObject("user").put("uid", user.uid()).put("gid", user.gid());
        ArrayNode groups = json.putArray("additionalGids");
        user.groups().forEach(groups::add);
    }

    /** Nothing is inheritable or ambient (CVE-2022-24769): a program without file capabilities gains none by exec. */
    private static void capabilities(ObjectNode process, List<String> names) {
        ObjectNode sets = process.putObject("capabilities");
        for (String set : new String[] {"bounding", "effective", "permitted"}) {
            strings(sets.putArray(set), names);
        }
    }

    /** Profiles are the kernel's; where AppArmor is off the option has no effect, as with dockerd. */
    private static Optional<String> apparmor(ContainerSpec spec, SecurityOptions security) throws IOException {
        Path enabled = Path.of("/sys/module/apparmor/parameters/enabled");
        boolean on = Files.isReadable(enabled) && Files.readString(enabled).startsWith("Y");
        if (!on) {
            return Optional.empty();
        }
        return security.apparmor()
                .or(() -> spec.privileges().privileged() ? Optional.of("unconfined") : Optional.empty());
    }

    private static ObjectNode linux(
            ContainerSpec spec, SecurityOptions security, List<String> capabilities, String rootPropagation)
            throws IOException {
        Privileges privileges = spec.privileges();
        boolean open = privileges.privileged() || security.systemPathsUnconfined();
        ObjectNode linux = JSON.createObjectNode();
        String parent = spec.cgroupParent().isEmpty() ? CGROUP_PARENT : spec.cgroupParent();
        linux.put("cgroupsPath", Path.of("/", parent, spec.id()).normalize().toString());
        namespaces(linux.putArray("namespaces"), spec.namespaces());
        Devices devices = Devices.of(privileges);
        linux.set("devices", devices.nodes());
        ObjectNode resources = CgroupLimits.of(spec.resources());
        resources.set("devices", devices.rules());
        linux.set("resources", resources);
        ObjectNode sysctls = linux.putObject("sysctl");
        Sysctls.of(spec).forEach(sysctls::put);
        strings(
                linux.putArray("maskedPaths"),
                privileges.maskedPaths().orElseGet(() -> open ? List.of() : SystemPaths.masked()));
        strings(
                linux.putArray("readonlyPaths"),
                privileges.readonlyPaths().orElseGet(() -> open ? List.of() : SystemPaths.readonly()));
        if (!rootPropagation.isEmpty()) {
            linux.put("rootfsPropagation", rootPropagation);
        }
        if (!privileges.privileged() || security.seccomp().isPresent()) {
            SeccompProfile.of(security.seccomp(), capabilities).ifPresent(profile -> linux.set("seccomp", profile));
        }
        return linux;
    }

    private static void namespaces(ArrayNode list, Namespaces namespaces) {
        list.addObject().put("type", "mount");
        Map<String, Namespace> kinds = new TreeMap<>(Map.of(
                "network", namespaces.network(),
                "pid", namespaces.pid(),
                "ipc", namespaces.ipc(),
                "uts", namespaces.uts(),
                "cgroup", namespaces.cgroup()));
        kinds.forEach((type, where) -> {
            switch (where) {
                case Own _ -> list.addObject().put("type", type);
                case Join join ->
                    list.addObject().put("type", type).put("path", join.path().toString());
                case Host _ -> {}
            }
        });
    }

    @Override
    public byte[] process(ExecSpec spec) throws IOException {
        JsonNode config = JSON.readTree(Files.readAllBytes(spec.bundle().resolve("config.json")));
        ObjectNode process = config.path("process").deepCopy();
        Path root = Path.of(config.path("root").path("path").asText());
        if (spec.args().isEmpty()) {
            throw new EngineException.InvalidInput("No exec command specified");
        }
        process.put("terminal", spec.terminal());
        process.remove("consoleSize");
        if (spec.terminal()) {
            spec.consoleSize().ifPresent(size -> consoleSize(process, size));
        }
        if (spec.user().filter(text -> !text.isEmpty()).isPresent()) {
            user(process, new Users(new RootFiles(root)).find(spec.user().get(), List.of()));
        }
        strings(process.putArray("args"), spec.args());
        List<String> env = new ArrayList<>();
        config.path("process").path("env").forEach(entry -> env.add(entry.asText()));
        strings(process.putArray("env"), Environment.exec(env, spec.env(), spec.terminal()));
        if (spec.workingDir().filter(text -> !text.isEmpty()).isPresent()) {
            process.put("cwd", WorkingDirectory.of(root, spec.workingDir().get()));
        }
        if (spec.privileged()) {
            capabilities(process, Capabilities.of(Privileges.DEFAULT.asPrivileged()));
        }
        return JSON.writeValueAsBytes(process);
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
