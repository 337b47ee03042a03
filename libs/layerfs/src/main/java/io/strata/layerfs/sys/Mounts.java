package io.strata.layerfs.sys;

import io.strata.layerfs.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mounting, by the old call and by the new ones ({@code fsopen(2)} and what follows, Linux 5.2). */
public final class Mounts {
    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_REMOUNT = 32;
    public static final long MS_NOATIME = 1024;
    public static final long MS_BIND = 4096;
    public static final long MS_MOVE = 8192;
    public static final long MS_REC = 16384;
    public static final long MS_PRIVATE = 1 << 18;
    public static final long MS_SLAVE = 1 << 19;
    public static final long MS_SHARED = 1 << 20;

    /** umount2: detach now, clean up when nobody uses it. */
    public static final int MNT_DETACH = 2;
    /** umount2: a symbolic link as the target is an error. */
    public static final int UMOUNT_NOFOLLOW = 8;

    private static final long FSOPEN_CLOEXEC = 1;
    private static final long FSMOUNT_CLOEXEC = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long FSCONFIG_SET_FLAG = 0;
    private static final long FSCONFIG_SET_STRING = 1;
    private static final long FSCONFIG_CMD_CREATE = 6;

    private Mounts() {}

    /**
     * {@code mount(2)}. The options are one page at most; whatever is in {@code source} and in them is taken as it is.
     *
     * @param type empty for bind, move, remount and propagation
     */
    public static void mount(String source, Path target, String type, long flags, String options)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.MOUNT.call(
                    arena,
                    target + " (" + type + ", " + source + ", " + options + ")",
                    Syscall.cString(arena, ByteString.of(source)),
                    Syscall.cString(arena, ByteString.of(target.toString())),
                    type.isEmpty() ? 0 : Syscall.cString(arena, ByteString.of(type)),
                    flags,
                    options.isEmpty() ? 0 : Syscall.cString(arena, ByteString.of(options)));
        }
    }

    /** {@code umount2(2)}, with UMOUNT_NOFOLLOW added. What is not mounted is EINVAL. */
    public static void unmount(Path target, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Syscall.UMOUNT2.call(
                    arena,
                    target,
                    Syscall.cString(arena, ByteString.of(target.toString())),
                    flags | UMOUNT_NOFOLLOW,
                    0,
                    0,
                    0);
        }
    }

    /** An option of a file system: {@code key} alone, or with a value. */
    public record Option(String key, Optional<String> value) {
        public static Option flag(String key) {
            return new Option(key, Optional.empty());
        }

        public static Option of(String key, String value) {
            return new Option(key, Optional.of(value));
        }

        @Override
        public String toString() {
            return key + value.map(text -> "=" + text).orElse("");
        }
    }

    /**
     * Mounts by fsopen, fsconfig, fsmount and move_mount, each option by itself: the page that limits {@code mount(2)}
     * does not apply, and nothing in a value (commas, colons) is special.
     *
     * @param attributes {@code MOUNT_ATTR_…}: RDONLY 1, NOSUID 2, NODEV 4, NOEXEC 8, NOATIME 0x10
     */
    public static void mount(String type, List<Option> options, Path target, long attributes) throws LinuxException {
        try (Arena arena = Arena.ofConfined();
                Fd context = new Fd((int) Syscall.FSOPEN.call(
                        arena, type, Syscall.cString(arena, ByteString.of(type)), FSOPEN_CLOEXEC, 0, 0, 0))) {
            for (Option option : options) {
                long command = option.value().isPresent() ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
                long value = option.value().isPresent()
                        ? Syscall.cString(arena, ByteString.of(option.value().get()))
                        : 0;
                configure(arena, context, type + " " + option, command, option.key(), value);
            }
            configure(arena, context, type + " at " + target, FSCONFIG_CMD_CREATE, "", 0);
            try (Fd mount = new Fd(
                    (int) Syscall.FSMOUNT.call(arena, target, context.number(), FSMOUNT_CLOEXEC, attributes, 0, 0))) {
                Syscall.MOVE_MOUNT.call(
                        arena,
                        target,
                        mount.number(),
                        Syscall.cString(arena, ByteString.EMPTY),
                        Fd.CWD.number(),
                        Syscall.cString(arena, ByteString.of(target.toString())),
                        MOVE_MOUNT_F_EMPTY_PATH);
            }
        }
    }

    /**
     * Overlayfs over any number of lowers ({@code lowerdir+}, Linux 6.5).
     *
     * @param lowers the topmost first, as overlayfs counts
     * @param upper  the writable layer; empty for a read-only view
     * @param work   on the file system of {@code upper}; there when it is
     */
    public static void overlay(
            Path target, List<Path> lowers, Optional<Path> upper, Optional<Path> work, List<Option> more)
            throws LinuxException {
        List<Option> options = new ArrayList<>();
        options.add(Option.of("source", "overlay"));
        lowers.forEach(lower -> options.add(Option.of("lowerdir+", lower.toString())));
        upper.ifPresent(path -> options.add(Option.of("upperdir", path.toString())));
        work.ifPresent(path -> options.add(Option.of("workdir", path.toString())));
        options.addAll(more);
        mount("overlay", options, target, 0);
    }

    private static void configure(Arena arena, Fd context, String what, long command, String key, long value)
            throws LinuxException {
        long name = key.isEmpty() ? 0 : Syscall.cString(arena, ByteString.of(key));
        long result = Syscall.FSCONFIG.attempt(arena, context.number(), command, name, value, 0);
        if (result < 0) {
            throw Syscall.FSCONFIG.failed(what, result, messages(arena, context));
        }
    }

    /** What the file system has to say of its options, a message a read. */
    private static String messages(Arena arena, Fd context) {
        StringBuilder said = new StringBuilder();
        MemorySegment line = arena.allocate(4096);
        long length;
        while ((length = Syscall.READ.attempt(arena, context.number(), line.address(), line.byteSize(), 0, 0)) > 0) {
            String text = new String(line.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            said.append(said.isEmpty() ? "" : "; ").append(text.strip());
        }
        return said.toString();
    }
}
