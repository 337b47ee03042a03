package io.strata.runtime.snapshots;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What is mounted where, as the kernel tells this process (proc_pid_mountinfo(5)). */
final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    private MountTable() {}

    /** Whether something is mounted exactly at {@code path}, which is absolute and without links. */
    static boolean isMounted(Path path) throws IOException {
        String escaped = escaped(path.toString());
        try (Stream<String> lines = Files.lines(MOUNTINFO, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> isAt(line, escaped));
        }
    }

    /** Field 5 of {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime …} is the mount point. */
    private static boolean isAt(String line, String escaped) {
        int start = 0;
        for (int field = 0; field < 4; field++) {
            start = line.indexOf(' ', start) + 1;
        }
        return line.startsWith(escaped, start) && line.charAt(start + escaped.length()) == ' ';
    }

    /** As the kernel writes it: space, tab, line end and backslash in octal; bytes as ISO 8859-1. */
    private static String escaped(String path) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\\') {
                escaped.append('\\').append(String.format("%03o", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
