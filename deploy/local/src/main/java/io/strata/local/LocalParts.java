package io.strata.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Kafka and PostgreSQL for a test, as a child process on free ports of 127.0.0.1. It ends with this process, however
 * that ends: the child watches its standard input. As a child it brings no broker onto the test's class path.
 */
public final class LocalParts implements AutoCloseable {
    private final Process process;
    private final int kafkaPort;
    private final int postgresPort;

    private LocalParts(Process process, int kafkaPort, int postgresPort) {
        this.process = process;
        this.kafkaPort = kafkaPort;
        this.postgresPort = postgresPort;
    }

    /** Starts them on {@code dir}, which is removed at the end. */
    public static LocalParts start(Path dir) throws IOException {
        return start(dir, List.of("--scratch"));
    }

    /** Starts them on {@code dir}, whose state is kept: the next start finds it. */
    public static LocalParts startKept(Path dir) throws IOException {
        return start(dir, List.of());
    }

    private static LocalParts start(Path dir, List<String> more) throws IOException {
        int[] ports = freePorts(3);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                "io.strata.local.Parts",
                "--home",
                dir.toString(),
                "--kafka-port",
                String.valueOf(ports[0]),
                "--kafka-controller-port",
                String.valueOf(ports[1]),
                "--postgres-port",
                String.valueOf(ports[2]),
                "--while-stdin"));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        awaitReady(process);
        return new LocalParts(process, ports[0], ports[2]);
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("parts ready")) {
                return;
            }
        }
        process.destroy();
        throw new IOException("Kafka and PostgreSQL did not start; the reason is on standard error");
    }

    /** {@code target/classes} (or the jar) and {@code target/lib/*} of this module. */
    private static String classPath() {
        try {
            Path own = Path.of(LocalParts.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = own.resolveSibling("lib");
            if (!Files.isDirectory(lib)) {
                throw new IllegalStateException(lib + " is missing: build deploy/local first");
            }
            return own + ":" + lib + "/*";
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports[i] = socket.getLocalPort();
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** host:port */
    public String kafka() {
        return "127.0.0.1:" + kafkaPort;
    }

    public String databaseUrl() {
        return "jdbc:postgresql://127.0.0.1:" + postgresPort + "/" + PostgresServer.DATABASE;
    }

    public String databaseUser() {
        return PostgresServer.USER;
    }

    public String databasePassword() {
        String set = System.getenv("STRATA_DATABASE_PASSWORD");
        return set == null || set.isEmpty() ? "postgres" : set;
    }

    /** What a service reads its addresses from (docs/architecture.md, "Ports and addresses"). */
    public Map<String, String> environment() {
        return Map.of(
                "STRATA_KAFKA",
                kafka(),
                "STRATA_DATABASE_URL",
                databaseUrl(),
                "STRATA_DATABASE_USER",
                databaseUser(),
                "STRATA_DATABASE_PASSWORD",
                databasePassword());
    }

    public long pid() {
        return process.pid();
    }

    /** Ends both parts and waits for them. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
