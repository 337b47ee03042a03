package io.strata.runtime.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Finds where the last lines of a log begin, from the end backwards: the cost is the tail's, not the log's. */
final class LogTail {
    private static final int WINDOW = 64 * 1024;

    /** A place in one of the log's files; no file when there is no log yet. */
    record Position(Optional<Path> file, long offset) {}

    private final LogQuery query;
    private final long lines;
    private long found;
    private boolean any;

    private LogTail(LogQuery query, long lines) {
        this.query = query;
        this.lines = lines;
    }

    /** Behind the last whole record. */
    static Position end(ContainerLog log) throws IOException {
        List<Path> files = log.files();
        if (files.isEmpty()) {
            return new Position(Optional.empty(), 0);
        }
        Path last = files.getLast();
        try (FileChannel channel = FileChannel.open(last, StandardOpenOption.READ)) {
            long size = channel.size();
            long from = Math.max(0, size - WINDOW);
            byte[] window = window(channel, from, size);
            int end = window.length;
            while (end > 0 && window[end - 1] != '\n') {
                end--;
            }
            return new Position(Optional.of(last), from + end);
        } catch (NoSuchFileException rotated) {
            return end(log);
        }
    }

    static Position position(ContainerLog log, LogQuery query, long lines) throws IOException {
        LogTail tail = new LogTail(query, lines);
        List<Path> files = log.files();
        if (lines == 0 || files.isEmpty()) {
            return end(log);
        }
        for (int i = files.size() - 1; i >= 0; i--) {
            try (FileChannel channel = FileChannel.open(files.get(i), StandardOpenOption.READ)) {
                Optional<Long> offset = tail.search(channel);
                if (offset.isPresent()) {
                    return new Position(Optional.of(files.get(i)), offset.get());
                }
            } catch (NoSuchFileException rotatedAway) {
                break;
            }
        }
        return new Position(Optional.of(files.getFirst()), 0);
    }

    /** The offset behind the line before the wanted ones. */
    private Optional<Long> search(FileChannel channel) throws IOException {
        long upTo = channel.size();
        while (upTo > 0) {
            long from = Math.max(0, upTo - WINDOW);
            byte[] window = window(channel, from, upTo);
            int end = window.length;
            while (end > 0) {
                int begin = end - 1;
                while (begin > 0 && window[begin - 1] != '\n') {
                    begin--;
                }
                if (begin == 0 && from > 0 && end < window.length) {
                    break;
                }
                if (window[end - 1] == '\n' && isBefore(LogRecord.parse(window, begin, end - 1))) {
                    return Optional.of(from + end);
                }
                end = begin;
            }
            upTo = from + end;
        }
        return Optional.empty();
    }

    /** Whether this record, met on the way back, ends the line before the wanted ones. */
    private boolean isBefore(Optional<LogRecord> record) {
        if (record.isEmpty() || !query.wants(record.get().stream())) {
            return false;
        }
        if (!record.get().partial() || !any) {
            any = true;
            found++;
        }
        return found > lines;
    }

    private static byte[] window(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer window = ByteBuffer.allocate((int) (to - from));
        while (window.hasRemaining() && channel.read(window, from + window.position()) > 0) {
            // read(2) may give less than was asked for
        }
        return window.array();
    }
}
