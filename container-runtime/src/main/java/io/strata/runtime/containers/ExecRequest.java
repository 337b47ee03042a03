package io.strata.runtime.containers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** {@code POST /containers/{id}/exec}. */
public record ExecRequest(
        @JsonProperty("User") String user,
        @JsonProperty("Privileged") boolean privileged,
        @JsonProperty("Tty") boolean tty,
        @JsonProperty("ConsoleSize") List<Integer> consoleSize,
        @JsonProperty("AttachStdin") boolean attachStdin,
        @JsonProperty("AttachStdout") boolean attachStdout,
        @JsonProperty("AttachStderr") boolean attachStderr,
        @JsonProperty("DetachKeys") String detachKeys,
        @JsonProperty("Env") List<String> env,
        @JsonProperty("WorkingDir") String workingDir,
        @JsonProperty("Cmd") List<String> cmd) {
    public ExecRequest {
        user = user == null ? "" : user;
        detachKeys = detachKeys == null ? "" : detachKeys;
        env = env == null ? List.of() : env;
        workingDir = workingDir == null ? "" : workingDir;
        cmd = cmd == null ? List.of() : cmd;
    }
}
