package io.strata.runtime.process;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The few kernel calls that the JDK does not offer and conmon needs: sequenced packets on a unix socket, pidfds, epoll,
 * descriptors that are handed down. Blocking calls pin a virtual thread, so they are made on platform threads only.
 */
final class Kernel {
    static final int EPOLLIN = 1;
    static final int SHUT_RD = 0;
    static final int SHUT_WR = 1;
    static final int SIGKILL = 9;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ESRCH = 3;
    static final int ENOENT = 2;
    static final int ENXIO = 6;
    static final int EPIPE = 32;
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    private static final int F_SETFL = 4;
    private static final int O_PATH = 0x200000;
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SUN_PATH = 108;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final MethodHandle OPEN = variadic("open", 2, INT, POINTER, INT, INT);
    private static final MethodHandle FCNTL = variadic("fcntl", 2, INT, INT, INT, INT);
    private static final MethodHandle CLOSE = call("close", INT, INT);
    private static final MethodHandle READ = call("read", LONG, INT, POINTER, LONG);
    private static final MethodHandle WRITE = call("write", LONG, INT, POINTER, LONG);
    private static final MethodHandle PIPE2 = call("pipe2", INT, POINTER, INT);
    private static final MethodHandle MKFIFO = call("mkfifo", INT, POINTER, INT);
    private static final MethodHandle POLL = call("poll", INT, POINTER, LONG, INT);
    private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
    private static final MethodHandle CONNECT = call("connect", INT, INT, POINTER, INT);
    private static final MethodHandle SEND = call("send", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle SHUTDOWN = call("shutdown", INT, INT, INT);
    /** By number, the same on every architecture: libc has functions for them only since glibc 2.36. */
    private static final MethodHandle SYSCALL = variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG);

    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", INT, INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", INT, INT, INT, INT, POINTER);
    private static final MethodHandle EPOLL_WAIT = call("epoll_wait", INT, INT, POINTER, INT, INT);

    private Kernel() {}

    static int open(String path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) checked("open " + path, arena, OPEN, string(arena, path), flags | O_CLOEXEC, 0);
        }
    }

    /** Opens a FIFO that must have a reader ({@link #ENXIO} else); writing to it waits. */
    static int openToWrite(String path) throws IOException {
        int descriptor = open(path, O_WRONLY | O_NONBLOCK);
        try (Arena arena = Arena.ofConfined()) {
            checked("fcntl", arena, FCNTL, descriptor, F_SETFL, O_WRONLY);
            return descriptor;
        } catch (IOException e) {
            close(descriptor);
            throw e;
        }
    }

    /** Closing a descriptor that is still ours cannot fail in a way that could be acted on. */
    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            invoke(arena, CLOSE, descriptor);
        }
    }

    /** @return bytes read; -1 at the end */
    static int read(int descriptor, MemorySegment buffer) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long count = checked("read", arena, READ, descriptor, buffer, buffer.byteSize());
            return count == 0 ? -1 : (int) count;
        }
    }

    static void writeFully(int descriptor, byte[] bytes, int offset, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(length, 1));
            MemorySegment.copy(bytes, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
            long done = 0;
            while (done < length) {
                done += checked("write", arena, WRITE, descriptor, copy.asSlice(done), length - done);
            }
        }
    }

    /** One packet. The peer that does not read blocks the call. */
    static void send(int socket, byte[] bytes, int offset, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(length, 1));
            MemorySegment.copy(bytes, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
            checked("send", arena, SEND, socket, copy, (long) length, MSG_NOSIGNAL);
        }
    }

    /** @return the end to read, the end to write; closed on exec */
    static int[] pipe() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(INT, 2);
            checked("pipe2", arena, PIPE2, ends, O_CLOEXEC);
            return new int[] {ends.getAtIndex(INT, 0), ends.getAtIndex(INT, 1)};
        }
    }

    static void mkfifo(String path, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked("mkfifo " + path, arena, MKFIFO, string(arena, path), mode);
        }
    }

    /** Waits until one of them can be read or has hung up. @return for each whether it has */
    static boolean[] awaitReadable(int... descriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polled = arena.allocate(8L * descriptors.length, 8);
            for (int i = 0; i < descriptors.length; i++) {
                polled.set(INT, 8L * i, descriptors[i]);
                polled.set(ValueLayout.JAVA_SHORT, 8L * i + 4, (short) EPOLLIN);
            }
            checked("poll", arena, POLL, polled, (long) descriptors.length, -1);
            boolean[] ready = new boolean[descriptors.length];
            for (int i = 0; i < descriptors.length; i++) {
                ready[i] = polled.get(ValueLayout.JAVA_SHORT, 8L * i + 6) != 0;
            }
            return ready;
        }
    }

    /** Connects by way of the folder's descriptor, as a socket's path has 108 bytes and a bundle's may have more. */
    static int connectPackets(Path folder, String name) throws IOException {
        int directory = open(folder.toString(), O_PATH);
        try (Arena arena = Arena.ofConfined()) {
            int socket = (int) checked("socket", arena, SOCKET, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0);
            try {
                MemorySegment address = arena.allocate(2 + SUN_PATH, 2);
                address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
                address.setString(2, "/proc/self/fd/" + directory + "/" + name, StandardCharsets.UTF_8);
                checked("connect " + folder.resolve(name), arena, CONNECT, socket, address, 2 + SUN_PATH);
                return socket;
            } catch (IOException e) {
                close(socket);
                throw e;
            }
        } finally {
            close(directory);
        }
    }

    static void shutdown(int socket, int how) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked("shutdown", arena, SHUTDOWN, socket, how);
        }
    }

    /** @throws KernelException with {@link #ESRCH} when there is no such process */
    static int pidfd(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) checked("pidfd_open " + pid, arena, SYSCALL, SYS_PIDFD_OPEN, pid, 0L, 0L, 0L);
        }
    }

    static void signal(int pidfd, int signal) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked("pidfd_send_signal", arena, SYSCALL, SYS_PIDFD_SEND_SIGNAL, (long) pidfd, (long) signal, 0L, 0L);
        }
    }

    static int epoll() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) checked("epoll_create1", arena, EPOLL_CREATE, O_CLOEXEC);
        }
    }

    /** @param operation 1 adds, 2 removes */
    static void epollControl(int epoll, int operation, int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EPOLL_EVENT, 8);
            event.set(INT, 0, EPOLLIN);
            event.set(ValueLayout.JAVA_INT_UNALIGNED, EPOLL_DATA, descriptor);
            checked("epoll_ctl", arena, EPOLL_CTL, epoll, operation, descriptor, event);
        }
    }

    /** @return the descriptors that are ready */
    static int[] epollWait(int epoll) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int most = 64;
            MemorySegment events = arena.allocate(EPOLL_EVENT * most, 8);
            int count = (int) checked("epoll_wait", arena, EPOLL_WAIT, epoll, events, most, -1);
            int[] ready = new int[count];
            for (int i = 0; i < count; i++) {
                ready[i] = events.get(ValueLayout.JAVA_INT_UNALIGNED, EPOLL_EVENT * i + EPOLL_DATA);
            }
            return ready;
        }
    }

    /** struct epoll_event is packed on x86-64 only (sys/epoll.h). */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final long EPOLL_EVENT = PACKED ? 12 : 16;
    private static final long EPOLL_DATA = PACKED ? 4 : 8;

    static MemorySegment string(Arena arena, String value) throws IOException {
        if (value.indexOf('\0') >= 0) {
            throw new IOException("a string for the kernel has a NUL byte: " + value.replace('\0', '?'));
        }
        return arena.allocateFrom(value, StandardCharsets.UTF_8);
    }

    static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    /** Calls until it is not interrupted; -1 becomes an exception with errno's name. */
    static long checked(String what, Arena arena, MethodHandle handle, Object... arguments) throws IOException {
        MemorySegment state = arena.allocate(STATE);
        while (true) {
            long result = raw(state, handle, arguments);
            if (result != -1) {
                return result;
            }
            int errno = (int) ERRNO.get(state, 0L);
            if (errno != EINTR) {
                throw new KernelException(what, errno);
            }
        }
    }

    static long invoke(Arena arena, MethodHandle handle, Object... arguments) {
        return raw(arena.allocate(STATE), handle, arguments);
    }

    private static long raw(MemorySegment state, MethodHandle handle, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try {
            return ((Number) handle.invokeWithArguments(all)).longValue();
        } catch (Throwable e) {
            throw new IllegalStateException("a kernel call could not be made", e);
        }
    }
}
