package io.strata.runtime.containers;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.oci.ContainerConfig;
import java.util.List;
import java.util.Map;

/**
 * The Engine API's container {@code Config}: what runs, independent of the machine. Absent lists stay null in JSON, as an
 * empty {@code Cmd} or {@code Entrypoint} means something else.
 */
public record Config(
        @JsonProperty("Hostname") String hostname,
        @JsonProperty("Domainname") String domainname,
        @JsonProperty("User") String user,
        @JsonProperty("AttachStdin") boolean attachStdin,
        @JsonProperty("AttachStdout") boolean attachStdout,
        @JsonProperty("AttachStderr") boolean attachStderr,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("ExposedPorts")
        Map<String, Map<String, Object>> exposedPorts,

        @JsonProperty("Tty") boolean tty,
        @JsonProperty("OpenStdin") boolean openStdin,
        @JsonProperty("StdinOnce") boolean stdinOnce,
        @JsonProperty("Env") List<String> env,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @JsonProperty("Cmd")
        List<String> cmd,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Healthcheck")
        Healthcheck healthcheck,

        @JsonProperty("Image") String image,
        @JsonProperty("Volumes") Map<String, Map<String, Object>> volumes,
        @JsonProperty("WorkingDir") String workingDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @JsonProperty("Entrypoint")
        List<String> entrypoint,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("NetworkDisabled")
        boolean networkDisabled,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("MacAddress")
        String macAddress,

        @JsonProperty("OnBuild") List<String> onBuild,
        @JsonProperty("Labels") Map<String, String> labels,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("StopSignal")
        String stopSignal,

        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("StopTimeout")
        Integer stopTimeout,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("Shell")
        List<String> shell) {
    public Config {
        hostname = orEmpty(hostname);
        domainname = orEmpty(domainname);
        user = orEmpty(user);
        exposedPorts = exposedPorts == null ? Map.of() : exposedPorts;
        image = orEmpty(image);
        workingDir = orEmpty(workingDir);
        macAddress = orEmpty(macAddress);
        labels = labels == null ? Map.of() : labels;
        stopSignal = orEmpty(stopSignal);
        shell = shell == null ? List.of() : shell;
    }

    /** Nanoseconds; 0 is "not said". */
    public record Healthcheck(
            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Test")
            List<String> test,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("Interval")
            long interval,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("Timeout")
            long timeout,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("StartPeriod")
            long startPeriod,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("StartInterval")
            long startInterval,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonProperty("Retries")
            int retries) {}

    Config withHostname(String newHostname) {
        return new Config(
                newHostname,
                domainname,
                user,
                attachStdin,
                attachStdout,
                attachStderr,
                exposedPorts,
                tty,
                openStdin,
                stdinOnce,
                env,
                cmd,
                healthcheck,
                image,
                volumes,
                workingDir,
                entrypoint,
                networkDisabled,
                macAddress,
                onBuild,
                labels,
                stopSignal,
                stopTimeout,
                shell);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    /** The members that an image can have. */
    public ContainerConfig toImageConfig() {
        return new ContainerConfig(
                user.isEmpty() ? null : user,
                exposedPorts.isEmpty() ? null : exposedPorts,
                env,
                entrypoint,
                cmd,
                healthcheck == null ? null : ConfigJson.tree(healthcheck),
                volumes,
                workingDir.isEmpty() ? null : workingDir,
                labels.isEmpty() ? null : labels,
                stopSignal.isEmpty() ? null : stopSignal,
                stopTimeout,
                onBuild,
                shell.isEmpty() ? null : shell);
    }
}
