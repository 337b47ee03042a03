package io.strata.layerfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.strata.oci.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DecompressionTest {
    @Test
    void zstdIsRead() throws IOException {
        byte[] text = "some text, ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        byte[] blob = Zstd.compress(text);
        assertThat(Decompression.open(Compression.ZSTD, new ByteArrayInputStream(blob))
                        .readAllBytes())
                .isEqualTo(text);
    }
}
