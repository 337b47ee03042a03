package io.strata.runtime.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a log record by record, over its older files into the current one, and waits for more when it follows. Used by one
 * thread; {@link #close} by any.
 */
public final class LogReader implements Closeable {
    /** More than the longest record (conmon reads 8 KiB at a time); little, as each client has one. */
    private static final int BUFFER = 16 * 1024;

    /** Whether the container has ended: then its log is complete. */
    @FunctionalInterface
    interface Ended {
        boolean ask() throws IOException;
    }

    private final ContainerLog log;
    private final LogQuery query;
    private final Ended ended;
    private final Optional<FolderWatch.Bell> bell;
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    private volatile boolean closed;
    private boolean finished;
    private boolean afterUntil;
    private FileChannel channel;
    private Object file;

    private LogReader(ContainerLog log, LogQuery query, Ended ended, Optional<FolderWatch.Bell> bell) {
        this.log = log;
        this.query = query;
        this.ended = ended;
        this.bell = bell;
    }

    static LogReader open(ContainerLog log, LogQuery query, Ended ended, FolderWatch watch) throws IOException {
        LogReader reader = new LogReader(log, query, ended, bell(log, query, watch));
        LogTail.Position position = query.tail().isPresent()
                ? LogTail.position(log, query, query.tail().getAsLong())
                : new LogTail.Position(log.files().stream().findFirst(), 0);
        reader.begin(position);
        return reader;
    }

    /** What is written from now on. */
    static LogReader live(ContainerLog log, Ended ended, FolderWatch watch) throws IOException {
        LogQuery query = new LogQuery(Optional.empty(), Optional.empty(), OptionalLong.empty(), true, true, true);
        LogReader reader = new LogReader(log, query, ended, bell(log, query, watch));
        reader.begin(LogTail.end(log));
        return reader;
    }

    private static Optional<FolderWatch.Bell> bell(ContainerLog log, LogQuery query, FolderWatch watch)
            throws IOException {
        return query.follow() ? Optional.of(watch.watch(log.folder())) : Optional.empty();
    }

    private void begin(LogTail.Position position) throws IOException {
        if (position.file().isPresent() && openFile(position.file().get())) {
            channel.position(position.offset());
        }
    }

    private boolean openFile(Path path) throws IOException {
        try {
            Object found = ContainerLog.file(path).orElse(null);
            FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
            if (channel != null) {
                channel.close();
            }
            channel = opened;
            file = found;
            start = 0;
            end = 0;
            return found != null;
        } catch (NoSuchFileException rotatedAway) {
            return false;
        }
    }

    /** The next record that was asked for; empty at the end, or when closed. */
    public Optional<LogRecord> next() throws IOException, InterruptedException {
        while (!closed && !finished) {
            Optional<LogRecord> record = buffered();
            if (record.isPresent()) {
                if (!query.wants(record.get().stream())) {
                    continue;
                }
                if (wanted(record.get())) {
                    return record;
                }
                if (afterUntil) {
                    return Optional.empty();
                }
                continue;
            }
            more();
        }
        return Optional.empty();
    }

    private boolean wanted(LogRecord record) {
        if (query.since().isEmpty() && query.until().isEmpty()) {
            return true;
        }
        Instant at = record.at();
        if (query.until().filter(at::isAfter).isPresent()) {
            afterUntil = true;
            finished = true;
            return false;
        }
        return query.since().filter(at::isBefore).isEmpty();
    }

    /** A whole record out of the buffer. */
    private Optional<LogRecord> buffered() {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                Optional<LogRecord> record = LogRecord.parse(buffer, start, i);
                start = i + 1;
                if (record.isPresent()) {
                    return record;
                }
            }
        }
        return Optional.empty();
    }

    /** Reads on, goes to the next file, waits, or ends. */
    private void more() throws IOException, InterruptedException {
        if (fill()) {
            return;
        }
        boolean complete = !query.follow() || ended.ask();
        if (complete && fill()) {
            return;
        }
        Optional<Path> newer = newer();
        if (newer.isPresent()) {
            // conmon had written the last of the old file before the new one appeared
            if (!fill()) {
                openFile(newer.get());
            }
        } else if (complete) {
            finished = true;
        } else {
            bell.orElseThrow().await();
        }
    }

    private boolean fill() throws IOException {
        if (channel == null) {
            return false;
        }
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            // No newline in all of it: not a log of conmon's. Skipping goes on at the next line
            end = 0;
        }
        try {
            int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
            end += Math.max(count, 0);
            return count > 0;
        } catch (ClosedChannelException e) {
            if (closed) {
                return false;
            }
            throw e;
        }
    }

    private Optional<Path> newer() throws IOException {
        List<Path> files = log.files();
        for (int i = files.size() - 1; i >= 0; i--) {
            if (ContainerLog.file(files.get(i))
                    .filter(found -> found.equals(file))
                    .isPresent()) {
                return i + 1 < files.size() ? Optional.of(files.get(i + 1)) : Optional.empty();
            }
        }
        return files.stream().findFirst();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        bell.ifPresent(FolderWatch.Bell::ring);
        bell.ifPresent(FolderWatch.Bell::close);
        if (channel != null) {
            channel.close();
        }
    }
}
