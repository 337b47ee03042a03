package io.strata.runtime.containers;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids as Docker makes them: 64 hexadecimal digits that nobody can guess. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

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
}
