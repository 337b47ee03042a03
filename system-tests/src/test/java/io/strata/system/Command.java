package io.strata.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A program with its arguments, environment, input and time. */
public record Command(List<String> words, Map<String, String> environment, byte[] input, Duration within) {
    public static Command of(List<String> words) {
        return new Command(List.copyOf(words), Map.of(), new byte[0], Duration.ofMinutes(2));
    }

    public static Ran run(String... words) {
        return of(List.of(words)).run();
    }

    public Command environment(Map<String, String> more) {
        return new Command(words, more, input, within);
    }

    public Command input(String text) {
        return new Command(words, environment, text.getBytes(StandardCharsets.UTF_8), within);
    }

    public Command within(Duration time) {
        return new Command(words, environment, input, time);
    }

    /** Starts it and leaves it to the caller, who ends it. */
    public Process start() {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end; what takes longer than its time is killed and fails the test. */
    public Ran run() {
        Process process = start();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> text(process.getInputStream()), threads);
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), threads);
            threads.submit(() -> write(process.getOutputStream()));
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", words) + " did not end within " + within + ":\n" + out.join() + err.join());
            }
            return new Ran(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while " + words + " ran", e);
        }
    }

    private void write(OutputStream stdin) {
        try (stdin) {
            stdin.write(input);
        } catch (IOException closed) {
            // The program ended, or closed its input: what it was to read does not matter to it.
        }
    }

    private static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
