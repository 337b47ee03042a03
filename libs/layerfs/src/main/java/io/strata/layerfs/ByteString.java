package io.strata.layerfs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Immutable bytes: the names of files and of extended attributes as the kernel and a tar know them, which are bytes and
 * not text. Sorts as unsigned bytes. {@link #toString()} is for messages: UTF-8, with what is not printable escaped.
 */
public final class ByteString implements Comparable<ByteString> {
    public static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;
    private int hash;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The UTF-8 of {@code text}. */
    public static ByteString of(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    public static ByteString copyOf(byte[] bytes) {
        return new ByteString(bytes.clone());
    }

    public static ByteString copyOf(byte[] bytes, int from, int to) {
        return from == to ? EMPTY : new ByteString(Arrays.copyOfRange(bytes, from, to));
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The unsigned value at {@code index}. */
    public int at(int index) {
        return bytes[index] & 0xFF;
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /** The first place of {@code value} at or after {@code from}; -1 when there is none. */
    public int indexOf(int value, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (at(i) == value) {
                return i;
            }
        }
        return -1;
    }

    public int lastIndexOf(int value) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (at(i) == value) {
                return i;
            }
        }
        return -1;
    }

    public ByteString slice(int from, int to) {
        return from == 0 && to == bytes.length ? this : copyOf(bytes, from, to);
    }

    public ByteString slice(int from) {
        return slice(from, bytes.length);
    }

    public boolean startsWith(ByteString prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    public boolean endsWith(int value) {
        return bytes.length > 0 && at(bytes.length - 1) == value;
    }

    public ByteString plus(ByteString other) {
        byte[] both = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
        System.arraycopy(other.bytes, 0, both, bytes.length, other.bytes.length);
        return new ByteString(both);
    }

    /** The text as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public String toText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Arrays.hashCode(bytes);
        }
        return hash;
    }

    /** For messages: at most 200 characters, control characters and what is not UTF-8 as {@code \xNN}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int shown = Math.min(bytes.length, 200);
        String decoded = new String(bytes, 0, shown, StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') < 0 && decoded.chars().noneMatch(Character::isISOControl)) {
            text.append(decoded);
        } else {
            for (int i = 0; i < shown; i++) {
                int value = at(i);
                if (value >= 0x20 && value < 0x7F) {
                    text.append((char) value);
                } else {
                    text.append("\\x")
                            .append(Character.forDigit(value >> 4, 16))
                            .append(Character.forDigit(value & 15, 16));
                }
            }
        }
        return shown < bytes.length ? text.append("…").toString() : text.toString();
    }
}
