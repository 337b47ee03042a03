package io.strata.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One Strata for all black box tests of a JVM, started with {@code ./strata up} in a home of its own, with a docker-registry
 * beside it as the upstream of {@code docker.io}. It ends with the JVM.
 */
public final class Strata {
    private static Strata running;

    private final Path root;
    private final Path home;
    private final int portBase;
    private final Upstream upstream;
    private final Map<String, String> environment = new HashMap<>();

    private Strata(Path home, Upstream upstream) throws IOException {
        this.root = projectRoot();
        this.home = home;
        this.portBase = freePortBase();
        this.upstream = upstream;
        environment.put("STRATA_HOME", home.toString());
        environment.put("STRATA_PORT_BASE", Integer.toString(portBase));
        environment.put("STRATA_UPSTREAMS", "docker.io=" + upstream.address());
        environment.put("DOCKER_HOST", "unix://" + home + "/engine.sock");
        environment.put("DOCKER_CONFIG", home + "/docker-config");
        environment.put("DOCKER_CLI_HINTS", "false");
        environment.put("NO_COLOR", "1");
    }

    /** The one that runs; the first call starts it. */
    public static synchronized Strata running() {
        if (running == null) {
            try {
                Path home = Files.createTempDirectory("strata-it-");
                Upstream upstream = Upstream.start(home.resolveSibling(home.getFileName() + "-upstream"));
                Strata strata = new Strata(home, upstream);
                Runtime.getRuntime().addShutdownHook(new Thread(strata::end));
                Ran up = strata.launcher("up");
                if (up.exit() != 0) {
                    throw new IllegalStateException("./strata up failed:\n" + up.all());
                }
                running = strata;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    /** A home that runs nothing yet, for tests of the launcher itself. */
    static Strata notStarted(Path home, Upstream upstream) throws IOException {
        return new Strata(home, upstream);
    }

    private void end() {
        launcher("down", "--wipe");
        upstream.close();
    }

    public Path home() {
        return home;
    }

    public Upstream upstream() {
        return upstream;
    }

    public Map<String, String> environment() {
        return environment;
    }

    /** Port of a service: 0 registry-gateway, 1 layer-store, 2 container-runtime, 3 commit-service, 4 Kafka. */
    public int port(int offset) {
        return portBase + offset;
    }

    /** {@code ./strata words…}. */
    public Ran launcher(String... words) {
        List<String> command = new ArrayList<>();
        command.add(root.resolve("strata").toString());
        command.addAll(List.of(words));
        return Command.of(command)
                .environment(environment)
                .within(Duration.ofMinutes(8))
                .run();
    }

    /** {@code docker words…} with the client on the PATH; fails the test when it does not end within two minutes. */
    public Ran docker(String... words) {
        return dockerCommand(words).run();
    }

    /** {@link #docker} that must end with 0; its standard output without the last line break. */
    public String ok(String... words) {
        Ran ran = docker(words);
        if (ran.exit() != 0) {
            throw new AssertionError(
                    "docker " + String.join(" ", words) + " ended with " + ran.exit() + ":\n" + ran.all());
        }
        return ran.out().stripTrailing();
    }

    public Command dockerCommand(String... words) {
        List<String> command = new ArrayList<>();
        command.add("docker");
        command.addAll(List.of(words));
        return Command.of(command).environment(environment).within(Duration.ofMinutes(2));
    }

    /** A line of the shell with Strata's environment. */
    public Ran shell(String line) {
        return Command.of(List.of("bash", "-c", line))
                .environment(environment)
                .within(Duration.ofMinutes(3))
                .run();
    }

    static Path projectRoot() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("strata"))) {
            here = here.getParent();
            if (here == null) {
                throw new IllegalStateException("the tests do not run inside the project");
            }
        }
        return here;
    }

    /** Eight ports (and two nodes') in a row that are free now, below the kernel's own range for clients. */
    private static int freePortBase() throws IOException {
        for (int base = 17_080; base < 32_000; base += 100) {
            if (allFree(base)) {
                return base;
            }
        }
        throw new IOException("no row of free ports on 127.0.0.1");
    }

    private static boolean allFree(int base) {
        for (int offset = 0; offset < 14; offset++) {
            try (ServerSocket probe = new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
                probe.setReuseAddress(true);
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
