package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The ways of a blob into the store: one PUT, parts out of the stream, or parts over a spool. */
final class RemoteWriter {
    /** What is shorter than this is one PUT though its length was not known. */
    private static final long FIRST_SPOOL = 8 << 20;

    private final ControlPlane control;
    private final S3Transfers s3;
    private final Path spoolFolder;

    RemoteWriter(ControlPlane control, S3Transfers s3, Path spoolFolder) {
        this.control = control;
        this.s3 = s3;
        this.spoolFolder = spoolFolder;
    }

    BlobFacts write(Expected expected, InputStream content) throws IOException {
        if (expected.size().isPresent()) {
            return writeKnown(expected, expected.size().getAsLong(), content);
        }
        if (expected.digest().isPresent()) {
            var present = control.locate(expected.digest().get());
            if (present.isPresent()) {
                return present.get().facts();
            }
        }
        return writeUnknown(expected, content);
    }

    private record Opening(String owner, Digest digest, Long size, String mediaType) {}

    ControlPlane.Opened open(Expected expected, Long size, Digest digest) throws IOException {
        ControlPlane.Answer answer =
                control.call("POST", "/ingests", new Opening(expected.owner(), digest, size, expected.mediaType()));
        if (answer.status() / 100 != 2) {
            throw ControlPlane.refused("POST /ingests", answer);
        }
        return answer.as(ControlPlane.Opened.class);
    }

    RemoteIngest ingest(ControlPlane.Opened opened) {
        return new RemoteIngest(control, s3, opened.id(), opened.partSize(), opened.urls());
    }

    private BlobFacts writeKnown(Expected expected, long size, InputStream content) throws IOException {
        ControlPlane.Opened opened = open(expected, size, expected.digest().orElse(null));
        if (opened.present() != null) {
            return opened.present();
        }
        RemoteIngest ingest = ingest(opened);
        return abortingUnlessComplete(ingest, () -> {
            Digesting digesting = new Digesting(content, algorithm(expected));
            List<Part> parts = new ArrayList<>();
            if (opened.url() != null) {
                s3.put(URI.create(opened.url()), digesting, size);
            } else {
                for (int number = 1; digesting.count() < size; number++) {
                    long length = Math.min(ingest.partSize(number), size - digesting.count());
                    parts.add(new Part(number, ingest.putPart(number, digesting, length)));
                }
            }
            if (content.read() >= 0) {
                throw new BlobMismatchException("the content has more than the expected " + size + " bytes");
            }
            Digest found = right(expected, digesting.digest());
            return ingest.complete(found, size, expected.mediaType(), parts);
        });
    }

    private BlobFacts writeUnknown(Expected expected, InputStream content) throws IOException {
        Digesting digesting = new Digesting(content, algorithm(expected));
        try (Spool one = Spool.create(spoolFolder);
                Spool other = Spool.create(spoolFolder)) {
            one.fill(digesting, FIRST_SPOOL);
            if (one.size() < FIRST_SPOOL) {
                Digest found = right(expected, digesting.digest());
                Expected known = Expected.exactly(expected.owner(), expected.mediaType(), found, one.size());
                return writeKnown(known, one.size(), one.content());
            }
            RemoteIngest ingest = ingest(open(expected, null, null));
            return abortingUnlessComplete(ingest, () -> {
                List<Part> parts = parts(ingest, digesting, one, other);
                Digest found = right(expected, digesting.digest());
                return ingest.complete(found, digesting.count(), expected.mediaType(), parts);
            });
        }
    }

    /** One spool is sent while the other fills. {@code full} holds the first part. */
    private static List<Part> parts(RemoteIngest ingest, Digesting content, Spool full, Spool empty)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        Spool sending = full;
        Spool filling = empty;
        for (int number = 1; sending.size() > 0; number++) {
            if (number > Ingest.MAX_PARTS) {
                throw new IOException("the content is too large: " + content.count() + " bytes and more");
            }
            int thisNumber = number;
            Spool thisPart = sending;
            FutureTask<String> sent =
                    new FutureTask<>(() -> ingest.putPart(thisNumber, thisPart.content(), thisPart.size()));
            Thread sender = Thread.ofVirtual().name("part-" + number).start(sent);
            try {
                filling.fill(content, ingest.partSize(number + 1));
                parts.add(new Part(number, sent.get()));
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            } catch (InterruptedException e) {
                throw ControlPlane.interrupted(e);
            } finally {
                sender.interrupt();
            }
            Spool next = filling;
            filling = sending;
            sending = next;
        }
        return parts;
    }

    private interface Ingesting {
        BlobFacts run() throws IOException;
    }

    private static BlobFacts abortingUnlessComplete(Ingest ingest, Ingesting work) throws IOException {
        try {
            return work.run();
        } catch (IOException | RuntimeException failure) {
            // An interrupted thread must still drop what it sent.
            boolean interrupted = Thread.interrupted();
            try {
                ingest.abort();
            } catch (IOException notDropped) {
                failure.addSuppressed(notDropped);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            throw failure;
        }
    }

    private static String algorithm(Expected expected) {
        return expected.digest().map(Digest::algorithm).orElse(Digest.SHA256);
    }

    private static Digest right(Expected expected, Digest found) throws BlobMismatchException {
        if (expected.digest().isPresent() && !expected.digest().get().equals(found)) {
            throw BlobMismatchException.digest(expected.digest().get(), found);
        }
        return found;
    }
}
