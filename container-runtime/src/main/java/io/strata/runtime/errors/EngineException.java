package io.strata.runtime.errors;

/**
 * What the engine refuses, or cannot do, in words for the user. The message goes to the docker CLI as it is, and is worded
 * as dockerd words it where dockerd has words for it. The routing translates the kind into a status.
 */
public abstract sealed class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The request itself is wrong (400). */
    public static final class InvalidInput extends EngineException {
        private static final long serialVersionUID = 1L;

        public InvalidInput(String message) {
            super(message, null);
        }
    }

    /** What was named is not there (404). */
    public static final class NotFound extends EngineException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }
    }

    /** The state of things forbids it (409). */
    public static final class Conflict extends EngineException {
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(message, null);
        }
    }

    /** It is so already (304). */
    public static final class NotModified extends EngineException {
        private static final long serialVersionUID = 1L;

        public NotModified() {
            super("", null);
        }
    }

    /** The caller may not (403). */
    public static final class Forbidden extends EngineException {
        private static final long serialVersionUID = 1L;

        public Forbidden(String message) {
            super(message, null);
        }
    }

    /** Strata does not have that yet (501). */
    public static final class NotImplemented extends EngineException {
        private static final long serialVersionUID = 1L;

        /** @param what is missing, e.g. {@code docker build} */
        public NotImplemented(String what) {
            super("not implemented by Strata: " + what, null);
        }
    }

    /** Another service is away (503). */
    public static final class Unavailable extends EngineException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** It was tried and did not work (500). */
    public static final class Failed extends EngineException {
        private static final long serialVersionUID = 1L;

        public Failed(String message) {
            super(message, null);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
