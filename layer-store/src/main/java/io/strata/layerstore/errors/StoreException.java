package io.strata.layerstore.errors;

import io.strata.oci.Digest;
import java.util.List;

/** Why layer-store does not do what it was asked; nothing has changed. The message is for the caller, as it is. */
public abstract sealed class StoreException extends RuntimeException {
    private final String code;

    private StoreException(String code, String message) {
        super(message);
        this.code = code;
    }

    private StoreException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** One word for programs: {@code blob-unknown}, …; the last part of the problem's type. */
    public String code() {
        return code;
    }

    /** What was sent cannot be meant. */
    public static final class InvalidInput extends StoreException {
        public InvalidInput(String message) {
            super("invalid-input", message);
        }
    }

    public static final class BlobUnknown extends StoreException {
        public BlobUnknown(Digest digest) {
            super("blob-unknown", "there is no blob " + digest);
        }
    }

    public static final class LayerUnknown extends StoreException {
        public LayerUnknown(Digest diffId) {
            super("layer-unknown", "there is no layer " + diffId);
        }
    }

    public static final class IngestUnknown extends StoreException {
        public IngestUnknown(String id) {
            super("ingest-unknown", "there is no ingest " + id + ": it was dropped, or nobody used it for too long");
        }
    }

    /** The ingest cannot do this: it is complete, of another kind, or what was uploaded is not what was said. */
    public static final class IngestConflict extends StoreException {
        public IngestConflict(String message) {
            super("ingest-conflict", message);
        }
    }

    public static final class LayerConflict extends StoreException {
        public LayerConflict(Digest digest, Digest known, Digest told) {
            super("layer-conflict", "blob " + digest + " has the diffID " + known + ", not " + told);
        }
    }

    public static final class BlobsMissing extends StoreException {
        private final transient List<Digest> missing;

        public BlobsMissing(List<Digest> missing) {
            super("blobs-missing", missing.size() + " of the blobs are not here");
            this.missing = List.copyOf(missing);
        }

        public List<Digest> missing() {
            return missing;
        }
    }

    /** S3 does not answer, or not as S3 does. */
    public static final class ObjectsUnavailable extends StoreException {
        public ObjectsUnavailable(String message, Throwable cause) {
            super("objects-unavailable", message, cause);
        }
    }
}
