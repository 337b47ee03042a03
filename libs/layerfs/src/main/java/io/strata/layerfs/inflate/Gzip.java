package io.strata.layerfs.inflate;

import java.io.InputStream;

/**
 * Unpacks gzip (RFC 1952) with the fastest inflater that works here. Damage, truncation and trailing bytes that are no
 * gzip member are a {@link java.util.zip.ZipException} of the read that meets them.
 */
public final class Gzip {
    private static final int INPUT = 1 << 16;
    private static final int OUTPUT = 1 << 18;

    private Gzip() {}

    /** Closing the stream closes {@code packed}. */
    public static InputStream open(InputStream packed) {
        return IsaL.available() ? new IsaLGzipStream(packed, INPUT, OUTPUT) : openPortable(packed);
    }

    /** As {@link #open}, with the JDK's inflater, whatever else is there. */
    public static InputStream openPortable(InputStream packed) {
        return new JavaGzipStream(packed, INPUT);
    }

    /** {@code isa-l} or {@code java}: which inflater {@link #open} takes. */
    public static String engine() {
        return IsaL.available() ? "isa-l" : "java";
    }
}
