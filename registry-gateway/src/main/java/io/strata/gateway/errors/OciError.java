package io.strata.gateway.errors;

/** The error codes of the distribution-spec ("Error Codes"), each with the status that goes with it. */
public enum OciError {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    DIGEST_INVALID(400),
    MANIFEST_BLOB_UNKNOWN(404),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    SIZE_INVALID(400),
    UNAUTHORIZED(401),
    DENIED(403),
    UNSUPPORTED(405),
    TOOMANYREQUESTS(429),
    /** SIZE_INVALID of a manifest above the cap; the spec wants 413. */
    MANIFEST_TOO_LARGE(413, "SIZE_INVALID"),
    /** A chunk that does not begin where the upload ends; the spec wants 416. */
    CHUNK_OUT_OF_ORDER(416, "BLOB_UPLOAD_INVALID"),
    /** A range outside of a blob. */
    RANGE_INVALID(416, "SIZE_INVALID"),
    /** Docker's code for a page of no possible size. */
    PAGINATION_NUMBER_INVALID(400),
    /** Docker's code for what the spec has none for: the store or an upstream is away. */
    UNAVAILABLE(503),
    UNKNOWN(500);

    private final int status;
    private final String code;

    OciError(int status) {
        this.status = status;
        this.code = name();
    }

    OciError(int status, String code) {
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    /** What stands in {@code errors[].code}. */
    public String code() {
        return code;
    }
}
