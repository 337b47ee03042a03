package io.strata.layerfs.tar;

import io.strata.layerfs.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The records of a PAX header that is being written, in the order of their keys. */
final class PaxHeader {
    private final Map<ByteString, byte[]> records = new TreeMap<>();

    void add(String key, ByteString value) {
        add(ByteString.of(key), value.toByteArray());
    }

    void add(ByteString key, byte[] value) {
        records.put(key, value);
    }

    void addNumber(String key, long value, long limit) {
        if (value < 0 || value >= limit) {
            add(key, ByteString.of(Long.toString(value)));
        }
    }

    /** Only when the header's whole seconds do not say it. */
    void addTime(String key, long seconds, int nanos, long limit) {
        if (nanos == 0) {
            addNumber(key, seconds, limit);
            return;
        }
        boolean negative = seconds < 0;
        long whole = negative ? -(seconds + 1) : seconds;
        int fraction = negative ? 1_000_000_000 - nanos : nanos;
        String digits = Integer.toString(1_000_000_000 + fraction).substring(1).replaceAll("0+$", "");
        add(key, ByteString.of((negative ? "-" : "") + whole + "." + digits));
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            int rest = key.length() + value.length + 3;
            // The length counts its own digits.
            int length = rest + Integer.toString(rest).length();
            if (Integer.toString(length).length() != Integer.toString(rest).length()) {
                length = rest + Integer.toString(length).length();
            }
            bytes.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
            bytes.write(' ');
            bytes.writeBytes(key.toByteArray());
            bytes.write('=');
            bytes.writeBytes(value);
            bytes.write('\n');
        });
        return bytes.toByteArray();
    }

    /** {@code PaxHeaders.0/} and the last part of the name: for readers that know no PAX. */
    static ByteString nameFor(ByteString name) {
        int end = name.endsWith('/') ? name.length() - 1 : name.length();
        int slash = name.slice(0, end).lastIndexOf('/');
        ByteString base = name.slice(slash + 1, end);
        return ByteString.of("PaxHeaders.0/").plus(base.slice(0, Math.min(base.length(), 80)));
    }
}
