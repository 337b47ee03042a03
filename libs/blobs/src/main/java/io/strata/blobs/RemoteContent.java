package io.strata.blobs;

import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A blob's bytes out of S3. A connection that breaks, and an address that expired, are replaced: the blob under a digest
 * cannot change, so that reading on elsewhere is safe. From offset 0 the digest is checked where the stream would end.
 */
final class RemoteContent extends InputStream {
    /** Connections in a row that gave no byte. */
    private static final int MAX_FAILURES = 4;

    private final ControlPlane control;
    private final S3Transfers s3;
    private final ControlPlane.Located blob;
    private final Optional<MessageDigest> running;
    private InputStream current = InputStream.nullInputStream();
    private long position;
    private int failures;
    private boolean checked;

    private RemoteContent(ControlPlane control, S3Transfers s3, ControlPlane.Located blob, long offset) {
        this.control = control;
        this.s3 = s3;
        this.blob = blob;
        this.position = offset;
        this.running = offset == 0 ? Optional.of(blob.digest().newMessageDigest()) : Optional.empty();
    }

    static RemoteContent open(ControlPlane control, S3Transfers s3, Digest digest, long offset) throws IOException {
        ControlPlane.Located blob = control.locate(digest).orElseThrow(() -> new BlobNotFoundException(digest));
        if (offset < 0 || offset > blob.size()) {
            throw new IllegalArgumentException(digest + " has " + blob.size() + " bytes, none at " + offset);
        }
        RemoteContent content = new RemoteContent(control, s3, blob, offset);
        if (offset < blob.size()) {
            content.connect(blob);
        }
        return content;
    }

    private void connect(ControlPlane.Located place) throws IOException {
        try {
            current = s3.get(URI.create(place.location().url()), position);
        } catch (IOException e) {
            again(e);
        }
    }

    /** Reads on from where it broke, at an address that is asked for anew. */
    private void again(IOException broken) throws IOException {
        if (++failures >= MAX_FAILURES || Thread.currentThread().isInterrupted()) {
            throw new IOException(
                    "reading " + blob.digest() + " broke at byte " + position + " of " + blob.size() + ": "
                            + broken.getMessage(),
                    broken);
        }
        current.close();
        connect(control.locate(blob.digest()).orElseThrow(() -> new BlobNotFoundException(blob.digest())));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < blob.size()) {
            IOException broken;
            try {
                int got = current.read(buffer, offset, (int) Math.min(length, blob.size() - position));
                if (got > 0) {
                    position += got;
                    failures = 0;
                    running.ifPresent(digest -> digest.update(buffer, offset, got));
                    return got;
                }
                broken = new IOException("the connection ended");
            } catch (IOException e) {
                broken = e;
            }
            again(broken);
        }
        check();
        return -1;
    }

    private void check() throws IOException {
        if (running.isPresent() && !checked) {
            checked = true;
            Digest found = Digest.finish(blob.digest().algorithm(), running.get());
            if (!found.equals(blob.digest())) {
                throw BlobMismatchException.digest(blob.digest(), found);
            }
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
