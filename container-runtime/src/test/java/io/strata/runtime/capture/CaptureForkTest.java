package io.strata.runtime.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class CaptureForkTest {
    private final byte[] content = new byte[5 << 20];

    CaptureForkTest() {
        new Random(1).nextBytes(content);
    }

    private static Digest digest(InputStream copy) throws IOException {
        return Digest.sha256(copy.readAllBytes());
    }

    @Test
    void everyReaderGetsEverything() throws Exception {
        CaptureFork fork = new CaptureFork();
        CompletableFuture<Digest> one = fork.branch("one", CaptureForkTest::digest);
        CompletableFuture<Digest> two = fork.branch("two", CaptureForkTest::digest);
        fork.write(content, 0, 1000);
        fork.write(content[1000]);
        fork.write(content, 1001, content.length - 1001);
        fork.close();
        assertThat(one.get()).isEqualTo(Digest.sha256(content));
        assertThat(two.get()).isEqualTo(Digest.sha256(content));
    }

    @Test
    void aReaderThatFailsHoldsNobodyUp() throws Exception {
        CaptureFork fork = new CaptureFork();
        CompletableFuture<Digest> failing = fork.branch("failing", copy -> {
            throw new IOException("full");
        });
        CompletableFuture<Digest> good = fork.branch("good", CaptureForkTest::digest);
        fork.write(content);
        fork.close();
        assertThat(good.get()).isEqualTo(Digest.sha256(content));
        assertThatThrownBy(failing::get).hasRootCauseMessage("full");
    }

    @Test
    void whenNothingIsWrittenNothingIsRead() throws Exception {
        CaptureFork fork = new CaptureFork();
        CompletableFuture<Digest> reader = fork.branch("reader", copy -> {
            throw new AssertionError("nothing to read");
        });
        fork.close();
        assertThat(reader).isCancelled();
    }

    @Test
    void aContentThatBreaksOffIsNoWholeOneForAnybody() throws Exception {
        CaptureFork fork = new CaptureFork();
        CompletableFuture<Digest> reader = fork.branch("reader", CaptureForkTest::digest);
        fork.write(content);
        fork.fail(new IOException("the disk died"));
        assertThatThrownBy(reader::get).hasRootCauseMessage("the disk died");
    }
}
