package io.strata.commit.image;

import io.strata.commit.errors.CommitException.InvalidInput;
import io.strata.oci.ContainerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instructions of {@code docker commit --change}, read and checked; {@link #applyTo} makes them part of a configuration. */
public final class Changes {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/([A-Za-z]+))?");
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final int MAX_PORT = 65_535;
    private static final Set<String> SIGNALS = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
            "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
            "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ");
    private static final Pattern REAL_TIME = Pattern.compile("RTM(IN(\\+([1-9]|1[0-5]))?|AX(-([1-9]|1[0-4]))?)");
    private static final int LAST_SIGNAL = 64;

    private final List<Change> changes;

    private Changes(List<Change> changes) {
        this.changes = changes;
    }

    /** @throws InvalidInput with Docker's words: an instruction that commit does not take, or that cannot be read */
    public static Changes parse(List<String> lines) {
        return new Changes(ChangeParser.parse(lines));
    }

    /**
     * Finds what {@link #applyTo} would refuse whatever the configuration.
     *
     * @throws InvalidInput with Docker's words
     */
    public void check() {
        Draft draft = new Draft(ContainerConfig.EMPTY);
        changes.stream().filter(change -> !change.toString().contains("$")).forEach(draft::apply);
    }

    /** @throws InvalidInput when what a variable stands for is no port or signal */
    public ContainerConfig applyTo(ContainerConfig base) {
        Draft draft = new Draft(base);
        changes.forEach(draft::apply);
        return draft.config();
    }

    /** A configuration while it changes. */
    private static final class Draft {
        private final ContainerConfig base;
        private final List<String> env;
        private final Map<String, String> labels;
        private final Map<String, Map<String, Object>> ports;
        private final Map<String, Map<String, Object>> volumes;
        private final List<String> onBuild;
        private String user;
        private List<String> entrypoint;
        private List<String> cmd;
        private boolean cmdIsSet;
        private Map<String, Object> healthcheck;
        private String workingDir;
        private String stopSignal;

        Draft(ContainerConfig base) {
            this.base = base;
            env = copy(base.env());
            labels = copy(base.labels());
            ports = copy(base.exposedPorts());
            volumes = copy(base.volumes());
            onBuild = copy(base.onBuild());
            user = base.user();
            entrypoint = base.entrypoint();
            cmd = base.cmd();
            healthcheck = base.healthcheck();
            workingDir = base.workingDir();
            stopSignal = base.stopSignal();
        }

        ContainerConfig config() {
            return new ContainerConfig(
                    user,
                    orNull(ports),
                    env.isEmpty() ? base.env() : env,
                    entrypoint,
                    cmd,
                    healthcheck,
                    orNull(volumes),
                    workingDir,
                    orNull(labels),
                    stopSignal,
                    base.stopTimeout(),
                    onBuild.isEmpty() ? base.onBuild() : onBuild,
                    base.shell());
        }

        void apply(Change change) {
            UnaryOperator<String> variables = variables();
            switch (change) {
                // Both names and values of one instruction see the variables as they were before it.
                case Change.Env e ->
                    e.pairs()
                            .forEach((name, value) ->
                                    setEnv(Words.expand(name, variables), Words.expand(value, variables)));
                case Change.Label l ->
                    l.pairs()
                            .forEach((name, value) ->
                                    labels.put(Words.expand(name, variables), Words.expand(value, variables)));
                case Change.Cmd c -> {
                    cmd = c.shell() ? inShell(c.words()) : c.words();
                    cmdIsSet = true;
                }
                case Change.Entrypoint e -> {
                    entrypoint = e.shell() ? inShell(e.words()) : e.words();
                    // A Cmd of the container was arguments for another program.
                    cmd = cmdIsSet ? cmd : null;
                }
                case Change.Expose e -> e.ports().forEach(port -> expose(Words.expand(port, variables)));
                case Change.OnBuild o -> onBuild.add(o.trigger());
                case Change.StopSignal s -> stopSignal = signal(Words.expand(s.signal(), variables));
                case Change.User u -> user = Words.expand(u.user(), variables);
                case Change.Volume v -> v.paths().forEach(path -> volume(Words.expand(path, variables)));
                case Change.WorkDir w -> workingDir = workDir(Words.expand(w.path(), variables));
                case Change.Healthcheck h -> healthcheck = h.check();
            }
        }

        private UnaryOperator<String> variables() {
            Map<String, String> known = new LinkedHashMap<>();
            for (String pair : env) {
                int equals = pair.indexOf('=');
                known.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
            return known::get;
        }

        private void setEnv(String name, String value) {
            String pair = name + "=" + value;
            for (int i = 0; i < env.size(); i++) {
                if (Merge.key(env.get(i)).equals(name)) {
                    env.set(i, pair);
                    return;
                }
            }
            env.add(pair);
        }

        private List<String> inShell(List<String> words) {
            if (words.isEmpty()) {
                return List.of();
            }
            List<String> command =
                    new ArrayList<>(base.shell() == null || base.shell().isEmpty() ? SHELL : base.shell());
            command.addAll(words);
            return command;
        }

        private void expose(String text) {
            Matcher port = PORT.matcher(text);
            if (!port.matches()) {
                throw new InvalidInput("Invalid containerPort: " + text);
            }
            int from = Integer.parseInt(port.group(1));
            int to = port.group(2) == null ? from : Integer.parseInt(port.group(2));
            String protocol = port.group(3) == null ? "tcp" : port.group(3).toLowerCase(Locale.ROOT);
            if (!PROTOCOLS.contains(protocol)) {
                throw new InvalidInput("Invalid proto: " + protocol);
            }
            if (to > MAX_PORT || from > to) {
                throw new InvalidInput("Invalid containerPort: " + text);
            }
            for (int number = from; number <= to; number++) {
                ports.put(number + "/" + protocol, Map.of());
            }
        }

        private void volume(String path) {
            if (path.isBlank()) {
                throw new InvalidInput("VOLUME specified can not be an empty string");
            }
            volumes.put(path.strip(), Map.of());
        }

        private String workDir(String path) {
            String from = workingDir == null || workingDir.isEmpty() ? "/" : workingDir;
            return Path.of("/", from).resolve(path).normalize().toString();
        }
    }

    private static String signal(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        boolean number =
                name.matches("[0-9]{1,2}") && Integer.parseInt(name) >= 1 && Integer.parseInt(name) <= LAST_SIGNAL;
        if (!number && !SIGNALS.contains(name) && !REAL_TIME.matcher(name).matches()) {
            throw new InvalidInput("invalid signal: " + text);
        }
        return text;
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? new ArrayList<>() : new ArrayList<>(list);
    }

    private static <T> Map<String, T> copy(Map<String, T> map) {
        return map == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map);
    }

    private static <T> Map<String, T> orNull(Map<String, T> map) {
        return map.isEmpty() ? null : map;
    }
}
