package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import java.io.ByteArrayOutputStream;

/**
 * The keys with which a terminal's user leaves a process that goes on. What could be the beginning of them is held back
 * until the next key says.
 */
public final class DetachKeys {
    private static final byte[] DEFAULT = {'p' - 'a' + 1, 'q' - 'a' + 1};

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /**
     * @param text {@code ctrl-p,ctrl-q}, {@code a}, …; empty for Docker's own
     * @throws EngineException.InvalidInput for keys that are none
     */
    public static DetachKeys parse(String text) {
        if (text.isEmpty()) {
            return new DetachKeys(DEFAULT);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String key : text.split(",", -1)) {
            bytes.write(code(key, text));
        }
        return new DetachKeys(bytes.toByteArray());
    }

    private static int code(String key, String whole) {
        if (key.length() == 1 && key.charAt(0) < 128) {
            return key.charAt(0);
        }
        if (key.length() == 6 && key.startsWith("ctrl-")) {
            char letter = key.charAt(5);
            if (letter >= 'a' && letter <= 'z') {
                return letter - 'a' + 1;
            }
            int other = "@[\\]^_".indexOf(letter);
            if (other >= 0) {
                return other == 0 ? 0 : 26 + other;
            }
        }
        throw new EngineException.InvalidInput("Invalid detach keys (" + whole + ") provided");
    }

    /** What goes on to the process; {@code detached} when the keys were complete, and what follows them is dropped. */
    record Passed(byte[] bytes, boolean detached) {}

    Passed pass(byte[] input, int offset, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + keys.length);
        for (int i = offset; i < offset + length; i++) {
            byte key = input[i];
            if (key != keys[matched]) {
                out.write(keys, 0, matched);
                matched = 0;
            }
            if (key == keys[matched]) {
                matched++;
                if (matched == keys.length) {
                    matched = 0;
                    return new Passed(out.toByteArray(), true);
                }
            } else {
                out.write(key);
            }
        }
        return new Passed(out.toByteArray(), false);
    }
}
