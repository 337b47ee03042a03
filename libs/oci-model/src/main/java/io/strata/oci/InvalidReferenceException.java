package io.strata.oci;

/** A text that should have named an image. The Engine API answers 400 with this message, as Docker does. */
public final class InvalidReferenceException extends IllegalArgumentException {
    public InvalidReferenceException(String message) {
        super(message);
    }
}
