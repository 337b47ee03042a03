package io.strata.gateway.spool;

import io.quarkus.runtime.configuration.MemorySize;
import io.strata.blobs.BlobWriter;
import io.strata.oci.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Spools for tests of what uses one. */
public final class TestSpools {
    private TestSpools() {}

    public static Spool open(Path folder, BlobWriter store) {
        return new Spool(new SpoolTest.Config(folder, new MemorySize(BigInteger.valueOf(10_000_000)), 1), store);
    }

    public static void close(Spool spool) throws IOException {
        spool.close();
    }

    /** Returns when the blob's download, if there is one, is over. */
    public static void awaitEnd(Spool spool, Digest digest, Duration atMost) throws IOException, InterruptedException {
        Optional<Spool.Reading> running = spool.find(digest);
        if (running.isPresent()) {
            try (Spool.Hold hold = running.get().hold()) {
                hold.await(atMost);
            }
        }
    }
}
