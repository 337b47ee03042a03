package io.strata.blobs;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes and reads a blob that is larger than its heap. Arguments: layer-store, spool folder, bytes. */
final class SmallHeap {
    private SmallHeap() {}

    public static void main(String[] args) throws Exception {
        long size = Long.parseLong(args[2]);
        try (LayerStoreClient client = new LayerStoreClient(URI.create(args[0]), Path.of(args[1]))) {
            for (OptionalLong told : new OptionalLong[] {OptionalLong.of(size), OptionalLong.empty()}) {
                // Another content for each, or the second is there already.
                byte fill = (byte) (told.isPresent() ? 1 : 2);
                BlobFacts facts =
                        client.write(new Expected("test", "x/y", Optional.empty(), told), new Filled(size, fill));
                try (InputStream content = client.open(facts.digest(), 0)) {
                    System.out.println("read " + content.transferTo(OutputStream.nullOutputStream()));
                }
            }
        }
    }

    private static final class Filled extends InputStream {
        private long left;
        private final byte fill;

        Filled(long left, byte fill) {
            this.left = left;
            this.fill = fill;
        }

        @Override
        public int read() {
            return left-- > 0 ? fill : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int got = (int) Math.min(left, length);
            java.util.Arrays.fill(buffer, offset, offset + got, fill);
            left -= got;
            return got;
        }
    }
}
