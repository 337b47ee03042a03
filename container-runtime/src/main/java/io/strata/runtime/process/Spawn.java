package io.strata.runtime.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts a program with descriptors of ours as its 3, 4, …: what {@link ProcessBuilder} cannot do. Nothing else of ours is
 * handed down (conmon would hold our sockets for its life), signals are as at login, stdin is empty, stdout and stderr go
 * to a file.
 *
 * @param environment {@code NAME=value}
 * @param output      file for what the program itself says; added to
 * @param descriptors become 3, 4, … in the program
 */
record Spawn(List<String> command, List<String> environment, Path folder, Path output, int... descriptors) {
    /** posix_spawnattr_t and the rest are opaque: more than glibc's and musl's need. */
    private static final long OPAQUE = 1024;

    private static final int SETSIGMASK = 0x08;
    private static final int SETSIGDEF = 0x04;
    private static final int O_APPEND_CREAT_WRONLY = 0x400 | 0x40 | 1;

    private static final MethodHandle ACTIONS_INIT =
            Kernel.call("posix_spawn_file_actions_init", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle ACTIONS_DESTROY =
            Kernel.call("posix_spawn_file_actions_destroy", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle ADD_OPEN = Kernel.call(
            "posix_spawn_file_actions_addopen",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT);
    private static final MethodHandle ADD_DUP = Kernel.call(
            "posix_spawn_file_actions_adddup2",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT);
    private static final MethodHandle ADD_CHDIR = Kernel.call(
            "posix_spawn_file_actions_addchdir_np", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle ADD_CLOSE_FROM = Kernel.call(
            "posix_spawn_file_actions_addclosefrom_np",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    private static final MethodHandle ATTR_INIT =
            Kernel.call("posix_spawnattr_init", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle ATTR_DESTROY =
            Kernel.call("posix_spawnattr_destroy", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle ATTR_FLAGS =
            Kernel.call("posix_spawnattr_setflags", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT);
    private static final MethodHandle ATTR_MASK =
            Kernel.call("posix_spawnattr_setsigmask", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle ATTR_DEFAULT = Kernel.call(
            "posix_spawnattr_setsigdefault", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle SIGFILLSET = Kernel.call("sigfillset", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle SPAWN = Kernel.call(
            "posix_spawn",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    private static final MethodHandle WAITPID = Kernel.call(
            "waitpid", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    /** Descriptors are first moved here, above every target, so that no move overwrites one still to be moved. */
    private static final int CLEAR = 64;

    /** @return its pid; the caller reaps it with {@link #reap} */
    int start() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE, 16);
            MemorySegment attributes = arena.allocate(OPAQUE, 16);
            zero("file actions", arena, ACTIONS_INIT, actions);
            zero("attributes", arena, ATTR_INIT, attributes);
            try {
                files(arena, actions);
                signals(arena, attributes);
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                zero(
                        command.getFirst(),
                        arena,
                        SPAWN,
                        pid,
                        Kernel.string(arena, command.getFirst()),
                        actions,
                        attributes,
                        strings(arena, command),
                        strings(arena, environment));
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                Kernel.invoke(arena, ACTIONS_DESTROY, actions);
                Kernel.invoke(arena, ATTR_DESTROY, attributes);
            }
        }
    }

    private void files(Arena arena, MemorySegment actions) throws IOException {
        zero("chdir", arena, ADD_CHDIR, actions, Kernel.string(arena, folder.toString()));
        for (int i = 0; i < descriptors.length; i++) {
            zero("dup2", arena, ADD_DUP, actions, descriptors[i], CLEAR + i);
        }
        zero("open", arena, ADD_OPEN, actions, 0, Kernel.string(arena, "/dev/null"), Kernel.O_RDONLY, 0);
        MemorySegment file = Kernel.string(arena, output.toString());
        zero("open", arena, ADD_OPEN, actions, 1, file, O_APPEND_CREAT_WRONLY, 0600);
        zero("dup2", arena, ADD_DUP, actions, 1, 2);
        for (int i = 0; i < descriptors.length; i++) {
            zero("dup2", arena, ADD_DUP, actions, CLEAR + i, 3 + i);
        }
        zero("closefrom", arena, ADD_CLOSE_FROM, actions, 3 + descriptors.length);
    }

    private static void signals(Arena arena, MemorySegment attributes) throws IOException {
        MemorySegment none = arena.allocate(128, 8);
        MemorySegment all = arena.allocate(128, 8);
        Kernel.invoke(arena, SIGFILLSET, all);
        zero("signal mask", arena, ATTR_MASK, attributes, none);
        zero("signal defaults", arena, ATTR_DEFAULT, attributes, all);
        zero("flags", arena, ATTR_FLAGS, attributes, (short) (SETSIGMASK | SETSIGDEF));
    }

    /** Waits for the end. @return the exit code, 128 + n for signal n */
    static int reap(int pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            Kernel.checked("waitpid " + pid, arena, WAITPID, pid, status, 0);
            int word = status.get(ValueLayout.JAVA_INT, 0);
            return (word & 0x7f) == 0 ? word >> 8 & 0xff : 128 + (word & 0x7f);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> values) throws IOException {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, values.size() + 1L);
        for (int i = 0; i < values.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, Kernel.string(arena, values.get(i)));
        }
        array.setAtIndex(ValueLayout.ADDRESS, values.size(), MemorySegment.NULL);
        return array;
    }

    /** These functions return the error rather than set errno. */
    private static void zero(String what, Arena arena, MethodHandle handle, Object... arguments) throws IOException {
        int error = (int) Kernel.invoke(arena, handle, arguments);
        if (error != 0) {
            throw new KernelException("posix_spawn: " + what, error);
        }
    }
}
