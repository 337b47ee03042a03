package io.strata.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One PostgreSQL server on a folder that is kept, as a child of this process. The kernel interrupts it when this process
 * ends, however it ends (PR_SET_PDEATHSIG); should one be left over all the same, the next start ends it by its own id.
 */
final class PostgresServer implements Parts.Part {
    static final String DATABASE = "strata";
    static final String USER = "postgres";

    /** Four services, their listeners, more nodes and a person with psql. */
    private static final int MAX_CONNECTIONS = 200;

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(20);
    private static final String READY = "database system is ready to accept connections";

    private final Path data;
    private final CompletableFuture<Process> ready = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    private PostgresServer(Path data) {
        this.data = data;
    }

    static PostgresServer start(PartsOptions options) throws IOException, InterruptedException {
        Path data = options.home().resolve("postgres");
        PostgresBinaries binaries = PostgresBinaries.unpacked();
        if (Files.notExists(data)) {
            createCluster(binaries, data);
        }
        endLeftOver(data);
        Parts.requireFree("PostgreSQL", options.postgresPort());
        PostgresServer server = new PostgresServer(data.toRealPath());
        List<String> command = server.command(binaries, options);
        // The kernel's signal comes when the *thread* that started the child ends: this one stays as long as the child.
        Thread.ofPlatform().name("postgres").daemon().start(() -> server.run(command));
        server.awaitReady();
        return server;
    }

    /** A cluster in a folder beside, moved into place when it is whole: a kill meanwhile leaves no half of one. */
    private static void createCluster(PostgresBinaries binaries, Path data) throws IOException, InterruptedException {
        Path fresh = Files.createTempDirectory(data.getParent(), "postgres-new-");
        Path password = Files.createTempFile(data.getParent(), "postgres-password-", "");
        try {
            Files.writeString(password, password());
            complete(
                    unprivileged(
                            binaries.program("initdb"),
                            "--pgdata=" + fresh,
                            "--username=" + USER,
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync",
                            "--set=max_connections=" + MAX_CONNECTIONS),
                    "");
            complete(
                    unprivileged(binaries.program("postgres"), "--single", "-D", fresh.toString(), "postgres"),
                    "CREATE DATABASE " + DATABASE + "\n");
        } finally {
            Files.delete(password);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String password() {
        String set = System.getenv("STRATA_DATABASE_PASSWORD");
        return set == null || set.isEmpty() ? "postgres" : set;
    }

    private List<String> command(PostgresBinaries binaries, PartsOptions options) {
        List<String> to = new ArrayList<>(unprivileged("setpriv", "--pdeathsig", "INT"));
        to.addAll(List.of(binaries.program("postgres"), "-D", data.toString()));
        set(to, "port", String.valueOf(options.postgresPort()));
        set(to, "listen_addresses", "127.0.0.1");
        set(to, "unix_socket_directories", "");
        set(to, "max_connections", String.valueOf(MAX_CONNECTIONS));
        set(to, "shared_buffers", "32MB");
        // Three workers less in memory; one machine's page cache answers at once anyway.
        set(to, "io_method", "sync");
        set(to, "jit", "off");
        set(to, "wal_level", "minimal");
        set(to, "max_wal_senders", "0");
        set(to, "lc_messages", "C");
        if (options.scratch()) {
            set(to, "fsync", "off");
            set(to, "synchronous_commit", "off");
            set(to, "full_page_writes", "off");
        }
        return to;
    }

    private static void set(List<String> command, String name, String value) {
        command.add("-c");
        command.add(name + "=" + value);
    }

    /** PostgreSQL refuses to run as root: in a user namespace without a mapping, root is nobody and its files stay its own. */
    private static List<String> unprivileged(String... command) {
        List<String> to = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            to.addAll(List.of("unshare", "--user"));
        }
        to.addAll(List.of(command));
        return to;
    }

    private void run(List<String> command) {
        String last = "";
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = log.readLine(); line != null; line = log.readLine()) {
                    last = line;
                    if (line.contains(READY)) {
                        ready.complete(process);
                    } else if (!line.contains(" LOG: ")) {
                        System.err.println("postgres: " + line);
                    }
                }
            }
            process.waitFor();
        } catch (IOException e) {
            last = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ready.completeExceptionally(new PartException("PostgreSQL did not start: " + last));
            ended.complete(last);
        }
    }

    private void awaitReady() throws InterruptedException {
        try {
            ready.get(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PartException why ? why : new PartException("PostgreSQL did not start", e);
        } catch (TimeoutException e) {
            throw new PartException("PostgreSQL was not ready within " + READY_WITHIN.toSeconds() + " s", e);
        }
    }

    /**
     * A server that outlived the process that started it, found by the id that it wrote and by its working folder, which
     * PostgreSQL sets to its data: another program that has the id by now is left alone.
     */
    private static void endLeftOver(Path data) throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        if (Files.notExists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (!lines.isEmpty() && lines.getFirst().strip().matches("\\d{1,9}")) {
            long pid = Long.parseLong(lines.getFirst().strip());
            ProcessHandle leftOver = ProcessHandle.of(pid).orElse(null);
            if (leftOver != null && worksIn(pid, data)) {
                System.out.println("postgres: process " + pid + " is left over, ending it");
                end(leftOver);
            }
        }
        Files.deleteIfExists(pidFile);
    }

    private static boolean worksIn(long pid, Path folder) throws IOException {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "cwd"))
                    .equals(folder.toRealPath());
        } catch (java.nio.file.NoSuchFileException | java.nio.file.AccessDeniedException gone) {
            return false;
        }
    }

    /** SIGINT is PostgreSQL's fast shutdown: it ends its clients' sessions and writes a checkpoint. */
    private static void end(ProcessHandle postmaster) throws IOException, InterruptedException {
        CompletableFuture<ProcessHandle> gone = postmaster.onExit();
        complete(List.of("kill", "-INT", String.valueOf(postmaster.pid())), "");
        try {
            gone.get(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            System.err.println("postgres: process " + postmaster.pid() + " does not end, killing it");
            postmaster.destroyForcibly();
            gone.join();
        } catch (ExecutionException e) {
            throw new PartException("cannot wait for process " + postmaster.pid(), e);
        }
    }

    /** Runs a command to its end; what it printed is in the exception when it fails. */
    private static void complete(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        }
        String printed;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            printed = String.join("; ", output.readAllLines());
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new PartException(String.join(" ", command) + " ended with " + status + ": " + printed);
        }
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public void stop() {
        Process process = ready.resultNow();
        if (!process.isAlive()) {
            return;
        }
        try {
            end(process.toHandle());
        } catch (IOException e) {
            throw new PartException("cannot end PostgreSQL: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String awaitEnd() {
        return ended.join();
    }
}
