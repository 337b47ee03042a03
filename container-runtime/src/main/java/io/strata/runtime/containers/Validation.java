package io.strata.runtime.containers;

import io.strata.runtime.containers.Config.Healthcheck;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.NetworkException;
import io.strata.runtime.network.PortBindings;
import io.strata.runtime.process.LogLimits;
import io.strata.runtime.process.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a container may not be, in Docker's words (moby's {@code daemon/container.go verifyContainerSettings}). */
final class Validation {
    private static final Set<String> LOG_DRIVERS = Set.of("json-file", "local", "none");

    private Validation() {}

    /**
     * @param config merged with the image's
     * @return warnings for the user
     * @throws EngineException.InvalidInput for the first thing that is wrong
     */
    static List<String> check(Config config, HostConfig host) {
        check(config);
        checkNamespaces(config, host);
        host.restartPolicy().check(host.autoRemove());
        if (!LOG_DRIVERS.contains(host.logConfig().type())) {
            throw bad("logger: no log driver named '" + host.logConfig().type() + "' is registered");
        }
        LogLimits.of(host.logConfig().config());
        if (!host.runtime().equals("runc")) {
            throw bad("unknown or invalid runtime name: " + host.runtime());
        }
        if (host.shmSize() < 0) {
            throw bad("SHM size can not be less than 0");
        }
        if (host.oomScoreAdj() < -1000 || host.oomScoreAdj() > 1000) {
            throw bad("Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        }
        if (host.links() != null && !host.links().isEmpty()) {
            throw new EngineException.NotImplemented("legacy links (--link): use a network of your own");
        }
        if (!host.storageOpt().isEmpty()) {
            throw bad("--storage-opt is not supported by this storage driver");
        }
        if (host.deviceRequests() != null && !host.deviceRequests().isEmpty()) {
            throw bad("could not select device driver \"\" with capabilities: "
                    + host.deviceRequests().getFirst().getOrDefault("Capabilities", "[]"));
        }
        try {
            PortBindings.parse(host.portBindings(), config.exposedPorts().keySet(), host.publishAllPorts());
        } catch (NetworkException e) {
            throw bad(e.getMessage());
        }
        List<String> warnings = new ArrayList<>();
        if (host.networkMode().equals("host") && !host.portBindings().isEmpty()) {
            warnings.add("Published ports are discarded when using host network mode");
        }
        if (Boolean.TRUE.equals(host.oomKillDisable()) && host.memory() == 0) {
            warnings.add("OOM killer is disabled for the container, but no memory limit is set, this can result in the"
                    + " system running out of resources.");
        }
        return warnings;
    }

    private static void check(Config config) {
        if (!config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw bad(
                    "the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path");
        }
        for (String variable : config.env()) {
            if (variable.isEmpty() || variable.startsWith("=")) {
                throw bad("invalid environment variable: " + variable);
            }
        }
        if (!config.stopSignal().isEmpty()) {
            Signals.number(config.stopSignal());
        }
        if (config.hostname().length() > 63 || !config.hostname().matches("[a-zA-Z0-9._-]*")) {
            throw bad("invalid hostname format: " + config.hostname());
        }
        if (config.healthcheck() != null) {
            check(config.healthcheck());
        }
    }

    private static void check(Healthcheck health) {
        atLeastOneMillisecond("Interval", health.interval());
        atLeastOneMillisecond("Timeout", health.timeout());
        atLeastOneMillisecond("StartPeriod", health.startPeriod());
        atLeastOneMillisecond("StartInterval", health.startInterval());
        if (health.retries() < 0) {
            throw bad("Retries in Healthcheck cannot be negative");
        }
    }

    private static void atLeastOneMillisecond(String what, long nanos) {
        if (nanos != 0 && nanos < 1_000_000) {
            throw bad(what + " in Healthcheck cannot be less than 1ms");
        }
    }

    private static void checkNamespaces(Config config, HostConfig host) {
        oneOf("IPC", host.ipcMode(), "none", "private", "shareable", "host");
        oneOf("PID", host.pidMode(), "host");
        if (!Set.of("", "host").contains(host.utsMode())) {
            throw bad("invalid UTS mode: " + host.utsMode());
        }
        if (!Set.of("", "host").contains(host.usernsMode())) {
            throw bad("invalid USER mode: " + host.usernsMode());
        }
        if (!Set.of("", "private", "host").contains(host.cgroupnsMode())) {
            throw bad("invalid CGROUP mode: " + host.cgroupnsMode());
        }
        if (host.networkMode().startsWith("container:")) {
            if (!config.hostname().isEmpty()) {
                throw bad("conflicting options: hostname and the network mode");
            }
            if (!host.portBindings().isEmpty() || host.publishAllPorts()) {
                throw bad("conflicting options: port publishing and the container type network mode");
            }
        }
        if (host.utsMode().equals("host") && !config.hostname().isEmpty()) {
            throw bad("conflicting options: hostname and the UTS mode");
        }
    }

    private static void oneOf(String kind, String mode, String... words) {
        boolean other = mode.startsWith("container:") && mode.length() > "container:".length();
        if (!mode.isEmpty() && !other && !List.of(words).contains(mode)) {
            throw bad("invalid " + kind + " mode: " + mode);
        }
    }

    private static EngineException bad(String message) {
        return new EngineException.InvalidInput(message);
    }
}
