package io.strata.layerfs.apply;

import io.strata.layerfs.ByteString;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The times that directories get once nothing is put into them any more. They wait in a file, not in memory: a layer may
 * have millions of directories.
 */
final class DirectoryTimes implements Closeable {
    interface Setter {
        void set(ByteString path, long seconds, int nanos) throws IOException;
    }

    private final Path file;
    private final DataOutputStream out;

    DirectoryTimes(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 15));
    }

    void record(ByteString path, long seconds, int nanos) throws IOException {
        out.writeInt(path.length());
        out.write(path.toByteArray());
        out.writeLong(seconds);
        out.writeInt(nanos);
    }

    /** Gives all that was recorded, in order. */
    void replay(Setter setter) throws IOException {
        out.flush();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 15))) {
            while (true) {
                int length;
                try {
                    length = in.readInt();
                } catch (EOFException end) {
                    return;
                }
                ByteString path = ByteString.copyOf(in.readNBytes(length));
                long seconds = in.readLong();
                setter.set(path, seconds, in.readInt());
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
