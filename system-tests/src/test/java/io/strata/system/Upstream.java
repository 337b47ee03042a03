package io.strata.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real docker-registry on loopback. Its folder is a copy of the images that the launcher keeps in the
 * user's cache, so that tests may push to it.
 */
public final class Upstream implements AutoCloseable {
    private final Process process;
    private final int port;
    private final Path folder;

    private Upstream(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    static Upstream start(Path folder) throws IOException {
        Path images = cache().resolve("registry");
        if (Files.isDirectory(images)) {
            Command.run("cp", "-a", images.toString(), folder.toString());
        } else {
            Files.createDirectories(folder);
        }
        return serve(folder);
    }

    /** An empty one. */
    static Upstream empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        return serve(folder);
    }

    private static Upstream serve(Path folder) throws IOException {
        int port = Strata.freePort();
        Path config = Files.createTempFile("registry-", ".yml");
        Files.writeString(config, """
                version: 0.1
                log: {level: warn, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder, port));
        ProcessBuilder builder = new ProcessBuilder(List.of("docker-registry", "serve", config.toString()));
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Upstream upstream = new Upstream(process, port, folder);
        upstream.awaitAnswer();
        return upstream;
    }

    private void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                return;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        throw new IOException("docker-registry does not answer on 127.0.0.1:" + port);
    }

    static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("strata/images");
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /** {@code 127.0.0.1:port}, as it stands in an image's name. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Command.run("rm", "-rf", folder.toString());
    }
}
