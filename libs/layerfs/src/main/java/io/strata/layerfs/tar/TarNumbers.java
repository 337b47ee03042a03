package io.strata.layerfs.tar;

import io.strata.layerfs.LayerException;

/** Numbers in a tar's headers: octal or base-256 in fields, decimal in PAX records. Only what fits is taken. */
final class TarNumbers {
    private TarNumbers() {}

    /** An octal number (blanks around, NUL or blank at the end), or GNU's base-256 when the first bit is set. */
    static long field(byte[] block, int offset, int length, String what) throws LayerException {
        if ((block[offset] & 0x80) != 0) {
            return base256(block, offset, length, what);
        }
        int at = offset;
        int end = offset + length;
        while (at < end && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        while (end > at && (block[end - 1] == ' ' || block[end - 1] == 0)) {
            end--;
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = block[at] - '0';
            if (digit < 0 || digit > 7) {
                throw new LayerException("a tar header's " + what + " is no octal number");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private static long base256(byte[] block, int offset, int length, String what) throws LayerException {
        boolean negative = (block[offset] & 0x40) != 0;
        // The first byte gives its lower 6 bits and the sign.
        long value = negative ? block[offset] | 0xFFFFFFFFFFFFFF80L : block[offset] & 0x3F;
        for (int i = 1; i < length; i++) {
            long next = value << 8 | (block[offset + i] & 0xFF);
            if (next >> 8 != value) {
                throw new LayerException("a tar header's " + what + " has more than 64 bits");
            }
            value = next;
        }
        return value;
    }

    /** A decimal number of at most 18 digits. */
    static long decimal(byte[] bytes, int from, int to, String what) throws LayerException {
        boolean negative = to > from && bytes[from] == '-';
        int at = negative ? from + 1 : from;
        if (at == to || to - at > 18) {
            throw new LayerException("the PAX record " + what + " is no number of at most 18 digits");
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new LayerException("the PAX record " + what + " is no decimal number");
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    record Time(long seconds, int nanos) {}

    /** Seconds with a fraction, as PAX writes times; at most 64 characters. What is below a nanosecond is cut off. */
    static Time time(byte[] bytes, int from, int to, String what) throws LayerException {
        if (to - from > 64) {
            throw new LayerException("the PAX record " + what + " has more than 64 characters");
        }
        int dot = from;
        while (dot < to && bytes[dot] != '.') {
            dot++;
        }
        boolean negative = bytes[from] == '-';
        long seconds = decimal(bytes, from, dot, what);
        int nanos = 0;
        for (int i = 0; i < 9; i++) {
            int at = dot + 1 + i;
            nanos = nanos * 10 + (at < to ? fractionDigit(bytes[at], what) : 0);
        }
        for (int at = dot + 10; at < to; at++) {
            fractionDigit(bytes[at], what);
        }
        if (negative && nanos > 0) {
            return new Time(seconds - 1, 1_000_000_000 - nanos);
        }
        return new Time(seconds, nanos);
    }

    private static int fractionDigit(byte character, String what) throws LayerException {
        int digit = character - '0';
        if (digit < 0 || digit > 9) {
            throw new LayerException("the PAX record " + what + " is no decimal fraction");
        }
        return digit;
    }
}
