package io.strata.gateway.distribution;

import io.strata.gateway.store.StoreConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files of what was uploaded and is not yet a part in S3: one a part, by the upload's id and the part's number. */
@ApplicationScoped
class PartFiles {
    private final Path folder;

    PartFiles(StoreConfig config) throws IOException {
        this.folder = Files.createDirectories(config.uploads());
    }

    /** A part that grows to {@code size}. */
    static final class PartFile implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private long size;

        private PartFile(Path path, FileChannel channel, long size) {
            this.path = path;
            this.channel = channel;
            this.size = size;
        }

        long size() {
            return size;
        }

        void append(byte[] bytes, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining()) {
                size += channel.write(buffer, size);
            }
        }

        /** Its bytes from the beginning; one reader at a time. */
        InputStream content() throws IOException {
            channel.position(0);
            return Channels.newInputStream(channel);
        }

        void delete() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * @param size that the part has for sure; what an interrupted writer left behind it is cut off
     * @throws IOException when less than that is there: another replica has it, or the folder was emptied
     */
    PartFile open(UUID upload, int number, long size) throws IOException {
        Path path = path(upload, number);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        if (channel.size() < size) {
            channel.close();
            throw new IOException("of part " + number + " of upload " + upload + ", " + size
                    + " bytes should be in the uploads' folder of this replica");
        }
        channel.truncate(size);
        return new PartFile(path, channel, size);
    }

    void deleteAll(UUID upload) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, upload + ".*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path path(UUID upload, int number) {
        return folder.resolve(upload + "." + number);
    }
}
