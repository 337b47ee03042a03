package io.strata.oci;

/** A text that should have been a digest. Maps to {@code DIGEST_INVALID} (distribution-spec, error codes). */
public final class InvalidDigestException extends IllegalArgumentException {
    public InvalidDigestException(String text, String why) {
        super("invalid digest \"" + shortened(text) + "\": " + why);
    }

    private static String shortened(String text) {
        return text.length() <= 160 ? text : text.substring(0, 160) + "…";
    }
}
