package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final byte[] TEXT = "xhix".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aFrameIsTheStreamTheLengthAndTheBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Frames(out, true).write(Frames.STDERR, TEXT, 1, 2);
        assertThat(out.toByteArray()).containsExactly(2, 0, 0, 0, 0, 0, 0, 2, 'h', 'i');
    }

    @Test
    void aTerminalsOutputIsAsItIs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Frames(out, false).write(Frames.STDOUT, TEXT, 1, 2);
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("hi");
    }
}
