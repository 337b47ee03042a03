package io.strata.runtime.network;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Docker's ids: 64 hexadecimal digits. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
