package io.strata.runtime.process;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of a container's log, as conmon writes it (the CRI's format): {@code <time> <stream> <P|F> <bytes>}.
 *
 * @param timestamp RFC 3339 with nanoseconds
 * @param stream    1 is stdout or the terminal, 2 is stderr
 * @param partial   the line goes on in the stream's next record
 * @param data      with the line's newline when the record is not partial: all records' data together are what the process
 *                  wrote
 */
public record LogRecord(String timestamp, int stream, boolean partial, byte[] data) {
    private static final int LONGEST_HEADER = 64;

    public Instant at() {
        return OffsetDateTime.parse(timestamp).toInstant();
    }

    /** @param line without its newline; empty when it is not a record (a write that a full disk cut off) */
    static Optional<LogRecord> parse(byte[] bytes, int from, int to) {
        int time = space(bytes, from, to);
        int name = time < 0 ? -1 : space(bytes, time + 1, to);
        int tag = name < 0 ? -1 : space(bytes, name + 1, to);
        if (tag != name + 2) {
            return Optional.empty();
        }
        boolean partial = bytes[name + 1] == 'P';
        int stream =
                switch (new String(bytes, time + 1, name - time - 1, StandardCharsets.US_ASCII)) {
                    case "stdout" -> 1;
                    case "stderr" -> 2;
                    default -> 0;
                };
        if (stream == 0 || !partial && bytes[name + 1] != 'F') {
            return Optional.empty();
        }
        byte[] data = Arrays.copyOfRange(bytes, tag + 1, partial ? to : to + 1);
        if (!partial) {
            data[data.length - 1] = '\n';
        }
        return Optional.of(
                new LogRecord(new String(bytes, from, time - from, StandardCharsets.US_ASCII), stream, partial, data));
    }

    private static int space(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + LONGEST_HEADER);
        for (int i = from; i < end; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}
