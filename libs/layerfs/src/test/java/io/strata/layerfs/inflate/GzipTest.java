package io.strata.layerfs.inflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.strata.layerfs.fixtures.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GzipTest {
    enum Engine {
        ISA_L,
        JAVA;

        InputStream open(InputStream packed) {
            if (this == ISA_L) {
                assumeTrue(IsaL.available(), "libisal2 is not installed");
                return Gzip.open(packed);
            }
            return Gzip.openPortable(packed);
        }

        InputStream open(byte[] packed) {
            return open(new ByteArrayInputStream(packed));
        }
    }

    private static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 'a' + i % 7);
        }
        return text;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Gives a few bytes at a time, and says that none are available. */
    private static InputStream dripping(byte[] bytes, int step) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, step));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void membersAreUnpackedOneAfterTheOtherHoweverTheBytesArrive(Engine engine) throws IOException {
        byte[] first = text(1_000_003, 1);
        byte[] second = text(70_000, 2);
        byte[] packed = join(TarBytes.gzip(first), TarBytes.gzip(new byte[0]), TarBytes.gzip(second));
        for (int step : new int[] {1_000_000, 4_096, 13}) {
            try (InputStream stream = engine.open(dripping(packed, step))) {
                assertThat(stream.readAllBytes()).isEqualTo(join(first, second));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void headersWithNamesCommentsAndExtrasAreSkipped(Engine engine) throws IOException {
        byte[] plain = TarBytes.gzip("content".getBytes());
        byte[] head = {0x1F, (byte) 0x8B, 8, 4 + 8 + 16, 0, 0, 0, 0, 0, 3};
        byte[] more = {3, 0, 'x', 'y', 'z', 'n', 'a', 'm', 'e', 0, 'c', 0};
        byte[] packed = join(head, more, Arrays.copyOfRange(plain, 10, plain.length));
        try (InputStream stream = engine.open(packed)) {
            assertThat(stream.readAllBytes()).isEqualTo("content".getBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsFound(Engine engine) {
        byte[] packed = TarBytes.gzip(text(3_000, 3));
        for (int length = 1; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> engine.open(cut).readAllBytes())
                    .as("cut to %d of %d bytes", length, packed.length)
                    .isInstanceOf(ZipException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongChecksumsAndTrailingBytesAreFound(Engine engine) {
        byte[] packed = TarBytes.gzip(text(3_000, 4));
        byte[] wrong = packed.clone();
        wrong[packed.length - 6] ^= 1;
        assertThatThrownBy(() -> engine.open(wrong).readAllBytes()).isInstanceOf(ZipException.class);
        assertThatThrownBy(
                        () -> engine.open(join(packed, "trailing".getBytes())).readAllBytes())
                .isInstanceOf(ZipException.class);
    }

    @ParameterizedTest
    @EnumSource
    void membersOfNothingWithoutEndAreRefused(Engine engine) {
        byte[] empty = TarBytes.gzip(new byte[0]);
        InputStream endless = new InputStream() {
            private long position;

            @Override
            public int read() {
                return empty[(int) (position++ % empty.length)] & 0xFF;
            }
        };
        assertThatThrownBy(() -> engine.open(endless).read())
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("empty members");
    }
}
