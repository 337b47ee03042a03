package io.strata.local.s3;

/** S3 could not start. The message is the one line that the user sees. */
final class S3Exception extends RuntimeException {
    S3Exception(String message) {
        super(message);
    }

    S3Exception(String message, Throwable cause) {
        super(message, cause);
    }
}
