package io.strata.gateway.distribution;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes {@code first} to {@code last}, both inclusive. */
record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final Pattern CONTENT_RANGE = Pattern.compile("(?:bytes[ =])?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

    /** What a {@code Range} header asks for: a range, nothing that is to be followed, or nothing that is there. */
    sealed interface Asked {
        record Part(ByteRange range) implements Asked {}

        /** No range, or a form that may be ignored (RFC 9110, 14.2): several ranges, another unit. */
        record Whole() implements Asked {}

        record Unsatisfiable() implements Asked {}
    }

    static Asked asked(String header, long size) {
        Matcher one = header == null ? null : ONE.matcher(header.trim());
        if (one == null
                || !one.matches()
                || one.group(1).isEmpty() && one.group(2).isEmpty()) {
            return new Asked.Whole();
        }
        if (one.group(1).isEmpty()) {
            long suffix = Math.min(Long.parseLong(one.group(2)), size);
            return suffix == 0 ? new Asked.Unsatisfiable() : new Asked.Part(new ByteRange(size - suffix, size - 1));
        }
        long first = Long.parseLong(one.group(1));
        long last = one.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(one.group(2)), size - 1);
        if (!one.group(2).isEmpty() && Long.parseLong(one.group(2)) < first) {
            return new Asked.Whole();
        }
        return first >= size ? new Asked.Unsatisfiable() : new Asked.Part(new ByteRange(first, last));
    }

    /** A chunk's {@code Content-Range: a-b}, as the distribution-spec writes it, or as RFC 9110 does. */
    static Optional<ByteRange> ofChunk(String header) {
        Matcher range = CONTENT_RANGE.matcher(header.trim());
        if (!range.matches()) {
            return Optional.empty();
        }
        ByteRange chunk = new ByteRange(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
        return chunk.last < chunk.first ? Optional.empty() : Optional.of(chunk);
    }

    long length() {
        return last - first + 1;
    }
}
