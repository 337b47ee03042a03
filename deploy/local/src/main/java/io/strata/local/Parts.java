package io.strata.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Kafka and PostgreSQL for one machine, in one process ({@code deploy/local/README.md}). Prints a line a part when it is
 * ready, writes {@code HOME/ready}, and ends both parts in order on SIGTERM.
 */
public final class Parts {
    /** sysexits(3): the command line was wrong. */
    private static final int EX_USAGE = 64;

    /** Warns at each start that it starts. A strong reference: the level of a logger that nobody holds is lost. */
    private static final Logger ACTIVATION = Logger.getLogger("org.apache.kafka.controller.ActivationRecordsGenerator");

    private final PartsOptions options;
    private final List<Part> started = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    private Parts(PartsOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException {
        Logger.getLogger("").setLevel(Level.WARNING);
        ACTIVATION.setLevel(Level.SEVERE);
        PartsOptions options;
        try {
            options = PartsOptions.parse(List.of(args));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println(PartsOptions.USAGE);
            System.exit(EX_USAGE);
            return;
        }
        Files.createDirectories(options.home());
        try (FileChannel lockFile = FileChannel.open(
                        options.home().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lockFile.tryLock()) {
            if (lock == null) {
                throw new PartException("another process runs the parts of " + options.home()
                        + ": stop it first, or choose another --home");
            }
            new Parts(options).run();
        } catch (PartException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException {
        Files.deleteIfExists(readyFile());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(this::stop));
        long begin = System.nanoTime();
        requireFree("Kafka", options.kafkaPort());
        requireFree("Kafka's controller", options.kafkaControllerPort());
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<Part>> parts = List.of(
                    both.submit(timed("kafka", options.kafkaPort(), () -> KafkaBroker.start(options))),
                    both.submit(timed("postgres", options.postgresPort(), () -> PostgresServer.start(options))));
            for (Future<Part> part : parts) {
                await(part);
            }
        }
        Files.writeString(readyFile(), """
                pid=%d
                kafka=127.0.0.1:%d
                postgres=jdbc:postgresql://127.0.0.1:%d/%s
                """.formatted(
                ProcessHandle.current().pid(), options.kafkaPort(), options.postgresPort(), PostgresServer.DATABASE));
        System.out.println("parts ready in " + millisSince(begin) + " ms");
        for (Part part : started) {
            Thread.ofPlatform().name("watch-" + part.name()).daemon().start(() -> watch(part));
        }
        waitForTheEnd();
    }

    private Callable<Part> timed(String name, int port, Callable<Part> start) {
        return () -> {
            long begin = System.nanoTime();
            Part part = start.call();
            synchronized (started) {
                started.add(part);
            }
            System.out.println(name + " 127.0.0.1:" + port + " ready in " + millisSince(begin) + " ms");
            return part;
        };
    }

    private static void await(Future<Part> part) {
        try {
            part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PartException why ? why : new PartException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while the parts started", e);
        }
    }

    /** A part that ends by itself ends everything, so that whoever watches this process sees it. */
    private void watch(Part part) {
        String last = part.awaitEnd();
        if (!stopping.get()) {
            System.err.println(part.name() + " ended by itself" + (last.isEmpty() ? "" : ": " + last));
            System.exit(1);
        }
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

    private void stop() {
        stopping.set(true);
        List<Part> parts;
        synchronized (started) {
            parts = List.copyOf(started);
        }
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            parts.forEach(part -> all.submit(part::stop));
        }
        try {
            Files.deleteIfExists(readyFile());
            if (options.scratch()) {
                removeHome();
            }
        } catch (IOException e) {
            System.err.println("cannot tidy " + options.home() + ": " + e);
        }
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

    static void requireFree(String who, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw new PartException(
                    who + " cannot listen on 127.0.0.1:" + port + ": " + taken.getMessage()
                            + "; end what listens there, or choose another port",
                    taken);
        }
    }

    private static long millisSince(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    /** One of the two. */
    interface Part {
        String name();

        /** Ends the part and waits for it. */
        void stop();

        /** Waits until the part has ended, however it did, and says its last words (empty when there were none). */
        String awaitEnd();
    }
}
