package io.strata.layerstore.errors;

import io.strata.oci.Digest;
import java.util.List;
import java.util.UUID;

/** What callers send, checked. Everything here throws {@link StoreException.InvalidInput}. */
public final class Inputs {
    /** More in one question is a mistake; a program asks again. */
    public static final int MAX_DIGESTS = 10_000;

    private static final int MAX_TEXT = 512;

    private Inputs() {}

    public static List<Digest> digests(List<Digest> given) {
        if (given == null || given.size() > MAX_DIGESTS || given.contains(null)) {
            throw new StoreException.InvalidInput("digests: a list of at most " + MAX_DIGESTS + " is needed");
        }
        return given;
    }

    public static String text(String name, String given) {
        if (given == null || given.isBlank() || given.length() > MAX_TEXT || given.indexOf('\0') >= 0) {
            throw new StoreException.InvalidInput(name + ": a text of 1 to " + MAX_TEXT + " characters is needed");
        }
        return given;
    }

    public static <T> T given(String name, T given) {
        if (given == null) {
            throw new StoreException.InvalidInput(name + " is needed");
        }
        return given;
    }

    public static long atLeastZero(String name, long given) {
        if (given < 0) {
            throw new StoreException.InvalidInput(name + ": " + given + " is below 0");
        }
        return given;
    }

    /** An ingest's id; what is no UUID was never one. */
    public static UUID ingestId(String given) {
        try {
            return UUID.fromString(given);
        } catch (IllegalArgumentException notOne) {
            throw new StoreException.IngestUnknown(given.length() > 64 ? given.substring(0, 64) : given);
        }
    }
}
