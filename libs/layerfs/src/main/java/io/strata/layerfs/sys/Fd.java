package io.strata.layerfs.sys;

import java.io.Closeable;
import java.lang.foreign.Arena;

/** An open file descriptor of this process, closed once. */
public final class Fd implements Closeable {
    /** Not a descriptor: paths given with it start at the working directory, or are absolute. Never closed. */
    public static final Fd CWD = new Fd(-100);

    private final int number;
    private boolean closed;

    Fd(int number) {
        this.number = number;
    }

    public int number() {
        if (closed) {
            throw new IllegalStateException("file descriptor " + number + " is closed");
        }
        return number;
    }

    /** The path by which calls that take only paths reach what is open here. */
    public String procPath() {
        return "/proc/self/fd/" + number();
    }

    /** Write errors that the kernel tells at close are those of network file systems; they are not looked at here. */
    @Override
    public synchronized void close() {
        if (closed || number < 0) {
            return;
        }
        closed = true;
        try (Arena arena = Arena.ofConfined()) {
            Syscall.CLOSE.attempt(arena, number, 0, 0, 0, 0);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
