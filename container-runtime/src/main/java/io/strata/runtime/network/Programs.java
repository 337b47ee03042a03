package io.strata.runtime.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one of the machine's programs to its end, with little output. */
final class Programs {
    private Programs() {}

    record Outcome(int code, String errors) {}

    /** @throws IOException when the program is not there */
    static Outcome run(List<String> command, byte[] input) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        }
        String errors = new String(process.getErrorStream().readNBytes(8192), StandardCharsets.UTF_8).strip();
        try {
            return new Outcome(process.waitFor(), errors);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        }
    }
}
