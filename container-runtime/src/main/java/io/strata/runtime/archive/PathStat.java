package io.strata.runtime.archive;

import io.strata.layerfs.sys.Stat;
import io.strata.runtime.routing.EngineJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code X-Docker-Container-Path-Stat} says of a path; {@code linkTarget} is absolute in the container, or empty. */
record PathStat(String name, Stat stat, String linkTarget) {
    private static final int PERMISSIONS = 0777;

    // Go's os.FileMode, which has a bit for each type and three for set-id and sticky.
    private static final long DIRECTORY = 1L << 31;
    private static final long SYMLINK = 1L << 27;
    private static final long DEVICE = 1L << 26;
    private static final long FIFO = 1L << 25;
    private static final long SOCKET = 1L << 24;
    private static final long SET_UID = 1L << 23;
    private static final long SET_GID = 1L << 22;
    private static final long CHARACTER = 1L << 21;
    private static final long STICKY = 1L << 20;

    static long goMode(int mode) {
        long type =
                switch (mode & Stat.S_IFMT) {
                    case Stat.S_IFDIR -> DIRECTORY;
                    case Stat.S_IFLNK -> SYMLINK;
                    case Stat.S_IFBLK -> DEVICE;
                    case Stat.S_IFCHR -> DEVICE | CHARACTER;
                    case Stat.S_IFIFO -> FIFO;
                    case Stat.S_IFSOCK -> SOCKET;
                    default -> 0;
                };
        return type
                | mode & PERMISSIONS
                | ((mode & 04000) != 0 ? SET_UID : 0)
                | ((mode & 02000) != 0 ? SET_GID : 0)
                | ((mode & 01000) != 0 ? STICKY : 0);
    }

    /** Base64 of the JSON, as the header has it. */
    String header() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("size", stat.size());
        members.put("mode", goMode(stat.mode()));
        members.put(
                "mtime",
                Instant.ofEpochSecond(stat.mtimeSeconds(), stat.mtimeNanos()).toString());
        members.put("linkTarget", linkTarget);
        return Base64.getEncoder().encodeToString(EngineJson.text(members).getBytes(StandardCharsets.UTF_8));
    }
}
