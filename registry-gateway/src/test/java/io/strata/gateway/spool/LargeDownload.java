package io.strata.gateway.spool;

import io.quarkus.runtime.configuration.MemorySize;
import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.Ingest;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.TestUpstreams;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;

/** A process that downloads one blob into a store that keeps nothing, while a node reads it: {@code reference digest size folder}. */
final class LargeDownload {
    private LargeDownload() {}

    public static void main(String[] arguments) throws Exception {
        ImageReference repository = ImageReference.parse(arguments[0]);
        Digest digest = Digest.parse(arguments[1]);
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, digest, Long.parseLong(arguments[2]));
        UpstreamRegistry registry = TestUpstreams.patient().registry();
        Spool spool = new Spool(
                new SpoolTest.Config(Path.of(arguments[3]), new MemorySize(BigInteger.valueOf(blob.size())), 2),
                new Nowhere());
        long begun = System.nanoTime();
        try (Spool.Hold hold = spool.join(blob);
                InputStream node = spool.find(digest).orElseThrow().hold().open(0)) {
            hold.start("test", offset -> registry.blob(repository, digest, offset, Credentials.NONE)
                    .content());
            byte[] buffer = new byte[256 << 10];
            long seen = 0;
            for (int read = node.read(buffer); read >= 0; read = node.read(buffer)) {
                seen += read;
            }
            while (!hold.await(Duration.ofMinutes(1))) {
                throw new IllegalStateException("not stored in a minute");
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    "fetched %d bytes, the reader saw %d, in %.2f s: %.0f MB/s%n",
                    hold.current(), seen, seconds, blob.size() / 1e6 / seconds);
        }
        spool.close();
        System.exit(0);
    }

    /** Digests, as the client of layer-store does, and keeps nothing. */
    private static final class Nowhere implements BlobWriter {
        @Override
        public BlobFacts write(Expected expected, InputStream content) throws IOException {
            MessageDigest running = Digest.messageDigest(Digest.SHA256);
            byte[] buffer = new byte[64 << 10];
            long size = 0;
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                running.update(buffer, 0, read);
                size += read;
            }
            return new BlobFacts(Digest.finish(Digest.SHA256, running), size, expected.mediaType());
        }

        @Override
        public Ingest begin(Expected expected) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Ingest reopen(String id, long partSize) {
            throw new UnsupportedOperationException();
        }
    }
}
