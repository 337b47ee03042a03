package io.strata.runtime.containers;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Ids as Docker makes them: 64 hexadecimal digits that nobody can guess. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int NODE_FROM = 56;

    private Ids() {}

    /** Never all decimal digits in the first 12: a short id like that would be taken for a number (moby's stringid). */
    static String random() {
        byte[] bytes = new byte[32];
        while (true) {
            RANDOM.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            if (id.chars().limit(12).anyMatch(c -> c > '9')) {
                return id;
            }
        }
    }

    /** A random id whose last digits say on which node it was made, so that any node finds it. */
    static String randomOn(String node) {
        return random().substring(0, NODE_FROM) + mark(node);
    }

    static boolean isOn(String id, String node) {
        return id.endsWith(mark(node));
    }

    private static String mark(String node) {
        CRC32 sum = new CRC32();
        sum.update(node.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
