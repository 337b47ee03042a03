package io.strata.runtime.containers;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.runtime.errors.EngineException;

/** When a container that ended is started again. */
public record RestartPolicy(
        @JsonProperty("Name") String name,
        @JsonProperty("MaximumRetryCount") int maximumRetryCount) {
    public static final RestartPolicy NO = new RestartPolicy("no", 0);

    public RestartPolicy {
        name = name == null || name.isEmpty() ? "no" : name;
    }

    /** @throws EngineException.InvalidInput in Docker's words */
    public void check(boolean autoRemove) {
        switch (name) {
            case "always", "unless-stopped", "no" -> {
                if (maximumRetryCount != 0) {
                    throw new EngineException.InvalidInput(
                            "invalid restart policy: maximum retry count can only be used with 'on-failure'"
                                    + (maximumRetryCount < 0 ? " and cannot be negative" : ""));
                }
            }
            case "on-failure" -> {
                if (maximumRetryCount < 0) {
                    throw new EngineException.InvalidInput(
                            "invalid restart policy: maximum retry count cannot be negative");
                }
            }
            default ->
                throw new EngineException.InvalidInput("invalid restart policy: unknown policy '" + name
                        + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (autoRemove && !name.equals("no")) {
            throw new EngineException.InvalidInput("can't create 'AutoRemove' container with restart policy");
        }
    }

    /**
     * Whether the container starts again now.
     *
     * @param restarts how often the policy started it since the user did
     */
    boolean restarts(int exitCode, boolean stoppedByUser, int restarts) {
        if (stoppedByUser) {
            return false;
        }
        return switch (name) {
            case "always", "unless-stopped" -> true;
            case "on-failure" -> exitCode != 0 && (maximumRetryCount == 0 || restarts < maximumRetryCount);
            default -> false;
        };
    }

    /** Whether a container that ran, or should, is started when the node starts. */
    boolean startsWithNode(boolean stoppedByUser) {
        return name.equals("always") || name.equals("unless-stopped") && !stoppedByUser;
    }
}
