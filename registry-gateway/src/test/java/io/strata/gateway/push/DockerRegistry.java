package io.strata.gateway.push;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Debian's docker-registry (distribution 2.8) on a free loopback port. Skips the test where it is not installed. */
public final class DockerRegistry implements AutoCloseable {
    /** bcrypt of {@code right}, for user {@code cb}. */
    private static final String HTPASSWD = "cb:$2b$04$lqWBWHKc.v4X7QSqgrOMre0hXzla6GK/K808vuXef5Wk75yfDZiL6\n";

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static DockerRegistry start(Path folder, boolean withPasswords) throws IOException {
        Optional<Path> program = Stream.of("/usr/bin", "/usr/local/bin")
                .map(bin -> Path.of(bin, "docker-registry"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "docker-registry is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder);
        Path passwords = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
        String auth = withPasswords ? "auth: {htpasswd: {realm: test, path: " + passwords + "}}\n" : "";
        Path config = Files.writeString(
                folder.resolve("config.yml"),
                "version: 0.1\nlog: {level: info, formatter: json}\nstorage: {filesystem: {rootdirectory: "
                        + folder.resolve("data") + "}, delete: {enabled: true}}\nhttp: {addr: '127.0.0.1:" + port
                        + "'}\n" + auth);
        Process process = new ProcessBuilder(program.get().toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .start();
        awaitListening(process.getInputStream());
        return new DockerRegistry(process, port);
    }

    private static void awaitListening(InputStream log) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && !line.contains("listening on")) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("docker-registry ended before it listened");
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(ignored -> {}));
    }

    public String domain() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
