package io.strata.runtime.network;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held from the choice of a range until its bridge has it: nodes that start on one machine at one time would choose the
 * same. The file is the machine's and empty; a process that dies lets go.
 */
final class SubnetLock implements Closeable {
    private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

    private final FileChannel file;

    private SubnetLock(FileChannel file) {
        this.file = file;
    }

    static SubnetLock take() throws IOException {
        Path folder = Files.isWritable(Path.of("/run")) ? Path.of("/run") : Path.of("/tmp");
        WITHIN_PROCESS.lock();
        try {
            FileChannel file = FileChannel.open(
                    folder.resolve("strata-subnets.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                file.lock();
                return new SubnetLock(file);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            WITHIN_PROCESS.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            WITHIN_PROCESS.unlock();
        }
    }
}
