package io.strata.runtime.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.runtime.process.ProcessSupervisor.Container;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import io.strata.runtime.process.ProcessSupervisor.Status;
import io.strata.runtime.spec.ContainerSpec;
import io.strata.runtime.spec.ContainerSpec.Command;
import io.strata.runtime.spec.ContainerSpec.EtcFiles;
import io.strata.runtime.spec.Namespaces;
import io.strata.runtime.spec.Privileges;
import io.strata.runtime.spec.Resources;
import io.strata.runtime.spec.RuntimeSpecs;
import io.strata.runtime.spec.SpecsForTests;
import io.strata.runtime.volumes.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Real containers on a root that is one static busybox. */
final class ContainerFixture implements AutoCloseable {
    static final ProcessConfig CONFIG = new ProcessConfig() {
        @Override
        public String runtime() {
            return "runc";
        }

        @Override
        public String conmon() {
            return "conmon";
        }

        @Override
        public Optional<String> init() {
            return Optional.empty();
        }
    };

    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "echo",
            "true",
            "false",
            "sleep",
            "ls",
            "id",
            "ps",
            "stty",
            "head",
            "yes",
            "kill",
            "pwd",
            "env",
            "mkdir",
            "touch",
            "hostname",
            "mount",
            "dd",
            "wc",
            "stat",
            "tail",
            "grep",
            "test",
            "printf");

    final Path home;
    final Path root;
    final RuntimeSpecs specs = SpecsForTests.of(CONFIG);
    ConmonSupervisor supervisor;
    private final List<String> ids = new ArrayList<>();

    ContainerFixture(Path home) throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "containers need root");
        Path busybox = Path.of("/usr/bin/busybox");
        assumeTrue(Files.isExecutable(busybox), "no static busybox: apt-get install busybox-static");
        assumeTrue(Programs.find("runc").isPresent() && Programs.find("conmon").isPresent(), "no runc or conmon");
        this.home = home;
        root = home.resolve("root");
        for (String folder : List.of("bin", "etc", "proc", "sys", "dev", "tmp", "root")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.copy(busybox, root.resolve("bin/busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(
                root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nalice:x:1000:1001::/home/alice:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nalice:x:1001:\nstaff:x:50:alice\naudio:x:29:\n");
        restartService();
    }

    /** As after a SIGKILL: nothing is closed in order, everything is found again. */
    void restartService() throws IOException {
        supervisor = new ConmonSupervisor(CONFIG, home.resolve("run"));
    }

    Asked asked(String... args) {
        return new Asked(args);
    }

    /** A container to be. */
    final class Asked {
        private final List<String> args;
        final String id = id();
        private boolean terminal;
        private boolean stdin;
        private boolean stdinOnce;
        private String user = "";
        private String workingDir = "";
        private List<String> env = List.of();
        private List<String> groups = List.of();
        private List<MountPoint> mounts = List.of();
        private Privileges privileges = Privileges.DEFAULT;
        private Resources resources = Resources.UNLIMITED;
        private LogLimits limits = LogLimits.NONE;

        private Asked(String... args) {
            this.args = List.of(args);
        }

        Asked terminal() {
            terminal = true;
            return this;
        }

        Asked stdin(boolean once) {
            stdin = true;
            stdinOnce = once;
            return this;
        }

        Asked user(String value) {
            user = value;
            return this;
        }

        Asked groups(String... values) {
            groups = List.of(values);
            return this;
        }

        Asked workingDir(String value) {
            workingDir = value;
            return this;
        }

        Asked env(String... values) {
            env = List.of(values);
            return this;
        }

        Asked mounts(MountPoint... values) {
            mounts = List.of(values);
            return this;
        }

        Asked privileges(Privileges value) {
            privileges = value;
            return this;
        }

        Asked resources(Resources value) {
            resources = value;
            return this;
        }

        Asked logLimits(LogLimits value) {
            limits = value;
            return this;
        }

        Path bundle() {
            return home.resolve("c").resolve(id);
        }

        ContainerSpec spec() throws IOException {
            return new ContainerSpec(
                    id,
                    "box",
                    "",
                    root,
                    new Command(
                            args,
                            env,
                            workingDir,
                            user,
                            groups,
                            terminal,
                            Optional.of(new ContainerSpec.ConsoleSize(24, 80))),
                    mounts,
                    EtcFiles.NONE,
                    Namespaces.own(new Namespaces.Own(), !Files.exists(Path.of("/sys/fs/cgroup/memory"))),
                    privileges,
                    resources,
                    List.of(),
                    Map.of(),
                    0,
                    false,
                    Optional.of(0),
                    "",
                    Map.of("org.example", "x"));
        }

        String create() throws IOException {
            specs.write(bundle(), spec());
            supervisor.create(new Container(id, bundle(), terminal, stdin, stdinOnce, "SIGTERM", limits));
            return id;
        }

        String run() throws IOException {
            create();
            supervisor.start(id);
            return id;
        }

        /** Runs to its end. */
        Ran toEnd() throws Exception {
            run();
            Exit exit = exit();
            return new Ran(exit.code(), output(1), output(2));
        }

        Exit exit() throws Exception {
            return supervisor.exit(id).get(20, TimeUnit.SECONDS);
        }

        String output(int stream) throws Exception {
            StringBuilder text = new StringBuilder();
            try (LogReader log = supervisor.logs(bundle(), LogQuery.ALL)) {
                for (Optional<LogRecord> r = log.next(); r.isPresent(); r = log.next()) {
                    if (r.get().stream() == stream) {
                        text.append(new String(r.get().data()));
                    }
                }
            }
            return text.toString();
        }
    }

    record Ran(int code, String out, String err) {}

    private String id() {
        byte[] bytes = new byte[32];
        ThreadLocalRandom.current().nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        ids.add(id);
        return id;
    }

    @Override
    public void close() throws IOException {
        for (String id : ids) {
            supervisor.delete(id);
            if (supervisor.status(id) != Status.ABSENT) {
                throw new IOException(id + " is still there");
            }
        }
    }
}
