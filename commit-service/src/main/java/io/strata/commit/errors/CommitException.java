package io.strata.commit.errors;

/** Why a commit does not happen. The message is for the caller, in Docker's words where Docker has them. */
public abstract sealed class CommitException extends RuntimeException {
    private final int status;

    private CommitException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status, which is the Engine API's. */
    public int status() {
        return status;
    }

    /** What was sent cannot be meant; nothing was begun. */
    public static final class InvalidInput extends CommitException {
        public InvalidInput(String message) {
            super(400, message);
        }
    }

    /** There is no such commit. */
    public static final class Unknown extends CommitException {
        public Unknown(String id) {
            super(404, "there is no commit " + id);
        }
    }

    /** It was begun and came to nothing: refused by the node or by the registry, or too slow. */
    public static final class Refused extends CommitException {
        public Refused(int status, String message) {
            super(status, message);
        }
    }
}
