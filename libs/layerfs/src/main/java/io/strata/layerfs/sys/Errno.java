package io.strata.layerfs.sys;

import java.util.Map;

/** Error numbers of Linux that somebody decides on (asm-generic/errno-base.h; equal on x86-64 and arm64). */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ERANGE = 34;
    public static final int EAGAIN = 11;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "Operation not permitted"),
            Map.entry(ENOENT, "No such file or directory"),
            Map.entry(EINTR, "Interrupted system call"),
            Map.entry(EACCES, "Permission denied"),
            Map.entry(EBUSY, "Device or resource busy"),
            Map.entry(EEXIST, "File exists"),
            Map.entry(EXDEV, "Cross-device link, or a path that leaves its root"),
            Map.entry(ENODEV, "No such device"),
            Map.entry(ENOTDIR, "Not a directory"),
            Map.entry(EISDIR, "Is a directory"),
            Map.entry(EINVAL, "Invalid argument"),
            Map.entry(ENOSPC, "No space left on device"),
            Map.entry(EROFS, "Read-only file system"),
            Map.entry(ERANGE, "Result too large"),
            Map.entry(EAGAIN, "Resource temporarily unavailable"),
            Map.entry(ENAMETOOLONG, "File name too long"),
            Map.entry(ENOSYS, "Function not implemented by this kernel"),
            Map.entry(ENOTEMPTY, "Directory not empty"),
            Map.entry(ELOOP, "A symbolic link where none may be"),
            Map.entry(ENODATA, "No such attribute"),
            Map.entry(EOPNOTSUPP, "Operation not supported"),
            Map.entry(15, "Block device required"),
            Map.entry(24, "Too many open files"),
            Map.entry(27, "File too large"),
            Map.entry(31, "Too many links"),
            Map.entry(122, "Disk quota exceeded"));

    private Errno() {}

    static String describe(int errno) {
        return NAMES.getOrDefault(errno, "error") + " (errno " + errno + ")";
    }
}
