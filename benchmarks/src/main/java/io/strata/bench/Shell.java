package io.strata.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands of the rows, run with a peer's environment. */
record Shell(Map<String, String> environment) {
    private static final long LIMIT_MINUTES = 5;

    /** Runs the line with bash; its output goes nowhere unless it fails. */
    void run(String line) throws IOException {
        output(line);
    }

    /** @return standard output without the last line break */
    String output(String line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", "-c", line));
        builder.environment().putAll(new HashMap<>(environment));
        builder.redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(line + " did not end within " + LIMIT_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(line + " was interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(line + " ended with " + process.exitValue() + ": " + output.strip());
        }
        return output.stripTrailing();
    }

    /** Wall clock of the line. */
    Duration time(String line) throws IOException {
        long begin = System.nanoTime();
        run(line);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Starts a program that goes on; its output goes to {@code log}. */
    Process start(Path log, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }
}
