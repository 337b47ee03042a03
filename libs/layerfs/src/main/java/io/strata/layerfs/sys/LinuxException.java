package io.strata.layerfs.sys;

import java.io.IOException;

/** A system call that failed. The message says which, on what, and the kernel's word for it. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String path;
    private final int errno;

    LinuxException(String call, String path, int errno, String detail) {
        super(call + " " + path + ": " + Errno.describe(errno) + (detail.isEmpty() ? "" : ": " + detail));
        this.call = call;
        this.path = path;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    /** What the call was about; a path, or a name below a directory that the caller knows. */
    public String path() {
        return path;
    }

    /** One of {@link Errno}, or another number of the kernel. */
    public int errno() {
        return errno;
    }
}
