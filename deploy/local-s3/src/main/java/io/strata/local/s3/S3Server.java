package io.strata.local.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3 for one machine: S3Proxy on a folder, in a process of its own ({@code deploy/local-s3/README.md}). Prints a line when it is
 * ready, writes {@code HOME/ready}, and ends in order, with 0, on SIGTERM.
 */
public final class S3Server {
    /** sysexits(3): the command line was wrong. */
    private static final int EX_USAGE = 64;

    /** Milliseconds that requests have to end in when the server ends. */
    private static final long STOP_MILLIS = 3_000;

    private final S3Options options;
    private final S3Proxy s3;
    private volatile int status;

    private S3Server(S3Options options) {
        this.options = options;
        this.s3 = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(options.buckets().toString()))
                .endpoint(URI.create("http://127.0.0.1:" + options.port()))
                .awsAuthentication(AuthenticationType.AWS_V4, options.accessKey(), options.secretKey())
                .ignoreUnknownHeaders(true)
                .stopTimeout(STOP_MILLIS)
                .build();
    }

    public static void main(String[] args) throws IOException {
        S3Options options;
        try {
            options = S3Options.parse(List.of(args), System.getenv());
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(S3Options.USAGE);
            System.exit(EX_USAGE);
            return;
        }
        Files.createDirectories(options.buckets());
        try (FileChannel lockFile = FileChannel.open(
                        options.home().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lockFile.tryLock()) {
            if (lock == null) {
                throw new S3Exception(
                        "another process runs S3 on " + options.home() + ": stop it first, or choose another --home");
            }
            new S3Server(options).run();
        } catch (S3Exception e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException {
        long begin = System.nanoTime();
        Files.deleteIfExists(readyFile());
        requireFree(options.port());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(this::stop));
        try {
            s3.start();
        } catch (Exception e) {
            status = 1;
            throw new S3Exception("S3 cannot start on 127.0.0.1:" + options.port() + ": " + e.getMessage(), e);
        }
        Files.writeString(readyFile(), """
                pid=%d
                s3=http://127.0.0.1:%d
                """.formatted(ProcessHandle.current().pid(), options.port()));
        System.out.println("s3 127.0.0.1:" + options.port() + " ready in "
                + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
        waitForTheEnd();
    }

    private void waitForTheEnd() throws IOException {
        if (options.whileStdin()) {
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        }
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Halts at its end: the JVM would turn a SIGTERM into 143. */
    private void stop() {
        try {
            Files.deleteIfExists(readyFile());
            s3.stop();
            if (options.scratch()) {
                removeHome();
            }
        } catch (Exception e) {
            System.err.println("S3 did not end in order: " + e);
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private void removeHome() throws IOException {
        try (Stream<Path> inside = Files.walk(options.home())) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Path readyFile() {
        return options.home().resolve("ready");
    }

    private static void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw new S3Exception(
                    "S3 cannot listen on 127.0.0.1:" + port + ": " + taken.getMessage()
                            + "; end what listens there, or choose another port",
                    taken);
        }
    }
}
