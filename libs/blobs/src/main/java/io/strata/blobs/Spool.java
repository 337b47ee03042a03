package io.strata.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A bounded file between a source of unknown length and a part that needs one. It has no name while it is used. */
final class Spool implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final FileChannel file;
    private long size;

    private Spool(FileChannel file) {
        this.file = file;
    }

    static Spool create(Path folder) throws IOException {
        Path path = Files.createTempFile(folder, "strata-ingest-", ".part");
        return new Spool(FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
    }

    /** Takes up to {@code limit} bytes of {@code source} instead of what was there. */
    void fill(InputStream source, long limit) throws IOException {
        file.truncate(0);
        file.position(0);
        size = 0;
        byte[] chunk = new byte[CHUNK];
        while (size < limit) {
            int got = source.readNBytes(chunk, 0, (int) Math.min(chunk.length, limit - size));
            if (got == 0) {
                return;
            }
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(chunk, 0, got);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            size += got;
        }
    }

    long size() {
        return size;
    }

    /** What it holds, from the beginning; one reader at a time. */
    InputStream content() throws IOException {
        file.position(0);
        return Channels.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
