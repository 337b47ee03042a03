package io.strata.bench;

import java.io.IOException;
import java.time.Duration;

/** One line of the table: the same work done by a peer and by Strata. */
interface Row {
    /** A word for {@code ./strata bench WORD}. */
    String name();

    /** What is compared, in one line. */
    String compared();

    /** The ratio, Strata's median by the peer's, that is to be reached at most. */
    double target();

    /** Once for each peer, before its first run. */
    void prepare(Peer peer) throws IOException;

    /** The work, once. */
    Duration run(Peer peer) throws IOException;

    /** Runs for each peer; the median counts. */
    default int runs() {
        return 5;
    }
}
