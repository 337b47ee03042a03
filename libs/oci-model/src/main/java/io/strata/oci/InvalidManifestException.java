package io.strata.oci;

/** Bytes that should have been a manifest, an index or an image config. Maps to {@code MANIFEST_INVALID}. */
public final class InvalidManifestException extends IllegalArgumentException {
    public InvalidManifestException(String message) {
        super(message);
    }

    public InvalidManifestException(String message, Throwable cause) {
        super(message, cause);
    }
}
