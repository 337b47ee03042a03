package io.strata.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class LogReaderTest {
    private static final LogLimits THREE_FILES = new LogLimits(1, 3);

    @TempDir
    Path bundle;

    private FolderWatch watch;
    private final AtomicBoolean ended = new AtomicBoolean(true);

    @BeforeEach
    void watch() throws IOException {
        watch = new FolderWatch(bundle);
    }

    @AfterEach
    void close() throws IOException {
        watch.close();
    }

    private ContainerLog log() {
        return new ContainerLog(bundle);
    }

    /** As conmon does it: one write for a line. */
    private void write(int second, String stream, String tag, String text) throws IOException {
        String line = "2025-11-25T16:00:%02d.000000001+00:00 %s %s %s\n".formatted(second, stream, tag, text);
        Files.writeString(bundle.resolve("log"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** As conmon starts a new file: made beside, renamed over. */
    private void newFile() throws IOException {
        Path next = Files.createFile(bundle.resolve("log.tmp"));
        Files.move(next, bundle.resolve("log"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> read(LogQuery query) throws Exception {
        List<String> texts = new ArrayList<>();
        try (LogReader reader = LogReader.open(log(), query, ended::get, watch)) {
            for (Optional<LogRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
                texts.add(new String(r.get().data()));
            }
        }
        return texts;
    }

    private static LogQuery tail(long lines, boolean out, boolean err) {
        return new LogQuery(Optional.empty(), Optional.empty(), OptionalLong.of(lines), false, out, err);
    }

    @Test
    void dataOfAllRecordsIsWhatWasWritten() throws Exception {
        write(1, "stdout", "P", "a long ");
        write(1, "stdout", "F", "line");
        write(1, "stdout", "F", "");
        write(2, "stderr", "P", "no end");
        assertThat(read(LogQuery.ALL)).containsExactly("a long ", "line\n", "\n", "no end");
    }

    @Test
    void aContainerThatNeverRanHasNoLines() throws Exception {
        assertThat(read(LogQuery.ALL)).isEmpty();
        assertThat(read(tail(5, true, true))).isEmpty();
    }

    @Test
    void streamsAndTimesAreChosen() throws Exception {
        write(1, "stdout", "F", "one");
        write(2, "stderr", "F", "two");
        write(3, "stdout", "F", "three");
        Optional<Instant> two = Optional.of(Instant.parse("2025-11-25T16:00:02Z"));
        assertThat(read(new LogQuery(two, Optional.empty(), OptionalLong.empty(), false, true, true)))
                .containsExactly("two\n", "three\n");
        assertThat(read(new LogQuery(Optional.empty(), two, OptionalLong.empty(), false, true, true)))
                .containsExactly("one\n");
        assertThat(read(new LogQuery(Optional.empty(), Optional.empty(), OptionalLong.empty(), false, false, true)))
                .containsExactly("two\n");
    }

    @Test
    void theTailCountsLinesOfTheStreamsThatAreAskedFor() throws Exception {
        for (int i = 0; i < 5000; i++) {
            write(i % 60, i % 2 == 0 ? "stdout" : "stderr", "F", "line " + i);
        }
        write(0, "stdout", "P", "in ");
        write(0, "stdout", "F", "parts");
        assertThat(read(tail(2, true, true))).containsExactly("line 4999\n", "in ", "parts\n");
        assertThat(read(tail(2, false, true))).containsExactly("line 4997\n", "line 4999\n");
        assertThat(read(tail(0, true, true))).isEmpty();
        assertThat(read(tail(9999, true, true))).hasSize(5002);
    }

    @Test
    void theTailReachesIntoOlderFiles() throws Exception {
        write(1, "stdout", "F", "1");
        write(1, "stdout", "F", "2");
        log().keepOlder(THREE_FILES);
        newFile();
        log().keepOlder(THREE_FILES);
        write(2, "stdout", "F", "3");
        assertThat(read(tail(2, true, true))).containsExactly("2\n", "3\n");
        assertThat(read(LogQuery.ALL)).containsExactly("1\n", "2\n", "3\n");
    }

    @Test
    void noMoreFilesThanAskedForAreKept() throws Exception {
        for (int i = 1; i <= 5; i++) {
            write(i, "stdout", "F", Integer.toString(i));
            log().keepOlder(THREE_FILES);
            newFile();
            log().keepOlder(THREE_FILES);
        }
        write(6, "stdout", "F", "6");
        assertThat(read(LogQuery.ALL)).containsExactly("4\n", "5\n", "6\n");
    }

    @Test
    void followingGoesOverNewFilesAndEndsWithTheContainer() throws Exception {
        ended.set(false);
        write(1, "stdout", "F", "1");
        log().keepOlder(THREE_FILES);
        BlockingQueue<String> got = new ArrayBlockingQueue<>(10);
        LogQuery follow = new LogQuery(Optional.empty(), Optional.empty(), OptionalLong.empty(), true, true, true);
        LogReader reader = LogReader.open(log(), follow, ended::get, watch);
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                for (Optional<LogRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
                    got.add(new String(r.get().data()));
                }
                got.add("ended");
            } catch (IOException | InterruptedException e) {
                got.add(e.toString());
            }
        });
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("1\n");
        write(2, "stdout", "F", "2");
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("2\n");
        newFile();
        log().keepOlder(THREE_FILES);
        write(3, "stdout", "F", "3");
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("3\n");
        ended.set(true);
        Files.createFile(bundle.resolve("exit"));
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
        thread.join();
        reader.close();
    }

    @Test
    void aReaderThatIsClosedStopsWaiting() throws Exception {
        ended.set(false);
        LogReader reader = LogReader.live(log(), ended::get, watch);
        Thread closer = Thread.ofVirtual().start(() -> {
            try {
                reader.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(reader.next()).isEmpty();
        closer.join();
    }

    @Test
    void whatIsNoRecordIsPassedOver() throws Exception {
        write(1, "stdout", "F", "1");
        Files.writeString(bundle.resolve("log"), "cut o\n\n2025 stdout X y\n", StandardOpenOption.APPEND);
        write(2, "stdout", "F", "2");
        assertThat(read(LogQuery.ALL)).containsExactly("1\n", "2\n");
        assertThat(read(tail(2, true, true))).containsExactly("1\n", "2\n");
    }
}
