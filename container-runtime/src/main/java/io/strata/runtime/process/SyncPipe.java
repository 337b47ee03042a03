package io.strata.runtime.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What conmon tells its starter, a JSON object a line ({@code _OCI_SYNCPIPE}, {@code _OCI_ATTACHPIPE}). */
final class SyncPipe implements Closeable {
    /** {@code data} is a pid, then an exit code; negative with a message when the runtime refused. */
    record Word(int data, Optional<String> message) {}

    private final int readEnd;
    private int writeEnd;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] rest = new byte[0];

    SyncPipe() throws IOException {
        int[] ends = Kernel.pipe();
        readEnd = ends[0];
        writeEnd = ends[1];
    }

    /** To be given to conmon. */
    int writeEnd() {
        return writeEnd;
    }

    int readEnd() {
        return readEnd;
    }

    /** Conmon has its own now; when that is closed, reading ends. */
    void given() {
        Kernel.close(writeEnd);
        writeEnd = -1;
    }

    /** Waits; empty when conmon has ended or closed it. */
    Optional<Word> next() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8192);
            while (true) {
                for (int i = 0; i < rest.length; i++) {
                    if (rest[i] == '\n') {
                        line.write(rest, 0, i);
                        rest = Arrays.copyOfRange(rest, i + 1, rest.length);
                        String text = line.toString(StandardCharsets.UTF_8);
                        line.reset();
                        return Optional.of(parse(text));
                    }
                }
                line.write(rest, 0, rest.length);
                int count = Kernel.read(readEnd, buffer);
                if (count < 0) {
                    return Optional.empty();
                }
                rest = buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
            }
        }
    }

    private static Word parse(String text) throws IOException {
        try {
            var json = Bundle.JSON.readTree(text);
            return new Word(
                    json.path("data").asInt(),
                    Optional.of(json.path("message").asText()).filter(message -> !message.isBlank()));
        } catch (JsonProcessingException e) {
            throw new IOException("conmon said: " + text, e);
        }
    }

    @Override
    public void close() {
        if (writeEnd >= 0) {
            given();
        }
        Kernel.close(readEnd);
    }
}
