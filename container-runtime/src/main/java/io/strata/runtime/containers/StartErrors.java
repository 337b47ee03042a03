package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessException;

/** What a process' refusal to start means, by its words, as moby's {@code setExitCodeFromError} and the CLI read them. */
final class StartErrors {
    static final int NOT_FOUND = 127;
    static final int NOT_EXECUTABLE = 126;
    static final int OTHER = 128;

    private static final String PREFIX =
            "failed to create task for container: failed to create shim task: OCI runtime create failed: ";

    private StartErrors() {}

    static int exitCode(String message) {
        if (message.contains("executable file not found")
                || message.contains("no such file or directory")
                || message.contains("cannot find the file")) {
            return NOT_FOUND;
        }
        if (message.contains("permission denied")
                || message.contains("not a directory")
                || message.contains("is a directory")
                || message.contains("exec format error")) {
            return NOT_EXECUTABLE;
        }
        return OTHER;
    }

    /** The user's fault is 400, as in moby; anything else 500. */
    static EngineException refusal(int code, ProcessException cause) {
        String message =
                cause.getMessage().startsWith("failed to create") ? cause.getMessage() : PREFIX + cause.getMessage();
        return code == OTHER ? new EngineException.Failed(message, cause) : new EngineException.InvalidInput(message);
    }

    static EngineException execRefusal(ProcessException cause) {
        String message = cause.getMessage();
        return new EngineException.InvalidInput(
                message.startsWith("OCI runtime") ? message : "OCI runtime exec failed: " + message);
    }
}
