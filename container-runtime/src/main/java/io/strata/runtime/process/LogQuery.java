package io.strata.runtime.process;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which part of a log is wanted.
 *
 * @param since  records of that moment and later
 * @param until  records of that moment and earlier; following ends with the first later one
 * @param tail   only so many lines from the end
 * @param follow go on until the container ends
 */
public record LogQuery(
        Optional<Instant> since,
        Optional<Instant> until,
        OptionalLong tail,
        boolean follow,
        boolean stdout,
        boolean stderr) {
    public static final LogQuery ALL =
            new LogQuery(Optional.empty(), Optional.empty(), OptionalLong.empty(), false, true, true);

    boolean wants(int stream) {
        return stream == 1 ? stdout : stderr;
    }
}
