package io.strata.runtime.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/** A connection taken over after {@code Upgrade: tcp}: two independent directions, each of which ends on its own. */
public final class Hijacked implements Closeable {
    private final ConnectionInput input;
    private final WritableByteChannel channel;

    Hijacked(ConnectionInput input, WritableByteChannel channel) {
        this.input = input;
        this.channel = channel;
    }

    /** What the client sends; -1 when it has ended its side, which says nothing about whether it still reads. */
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return input.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return input.read(target, offset, length);
            }
        };
    }

    /** Each write goes out as it is made, and whole: two writers do not mix. Fails when the client is gone. */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        };
    }

    /** Ends both sides; the threads that read and write wake. */
    @Override
    public void close() throws IOException {
        if (channel instanceof SocketChannel socket && socket.isConnected()) {
            try {
                socket.shutdownOutput();
            } catch (IOException gone) {
                // The client closed first: there is nothing left to tell it.
            }
        }
        channel.close();
    }
}
