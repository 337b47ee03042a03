package io.strata.local.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * S3 for a test, as a child process on a free port of 127.0.0.1. It ends with this process, however that ends: the child
 * watches its standard input.
 */
public final class LocalS3 implements AutoCloseable {
    public static final String ACCESS_KEY = "strata";
    public static final String SECRET_KEY = "strata-secret";
    public static final String REGION = "us-east-1";

    private final Process process;
    private final int port;

    private LocalS3(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it on {@code dir}, which is removed at the end. */
    public static LocalS3 start(Path dir) throws IOException {
        return start(dir, List.of("--scratch"));
    }

    /** Starts it on {@code dir}, whose state is kept: the next start finds it. */
    public static LocalS3 startKept(Path dir) throws IOException {
        return start(dir, List.of());
    }

    private static LocalS3 start(Path dir, List<String> more) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "io.strata.local.s3.S3Server",
                "--home",
                dir.toString(),
                "--port",
                String.valueOf(port),
                "--while-stdin"));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("AWS_ACCESS_KEY_ID", ACCESS_KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        Process process = builder.start();
        awaitReady(process);
        return new LocalS3(process, port);
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("s3 ")) {
                return;
            }
        }
        process.destroy();
        throw new IOException("S3 did not start; the reason is on standard error");
    }

    /** {@code target/classes} (or the jar) and {@code target/lib/*} of this module. */
    private static String classPath() {
        try {
            Path own = Path.of(LocalS3.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = own.resolveSibling("lib");
            if (!Files.isDirectory(lib)) {
                throw new IllegalStateException(lib + " is missing: build deploy/local-s3 first");
            }
            return own + ":" + lib + "/*";
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What layer-store reads S3's address from (docs/architecture.md, "Ports and addresses"). */
    public Map<String, String> environment() {
        return Map.of(
                "STRATA_S3_ENDPOINT",
                endpoint().toString(),
                "STRATA_S3_REGION",
                REGION,
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY);
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it and waits for that. */
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
