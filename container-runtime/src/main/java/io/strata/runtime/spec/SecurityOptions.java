package io.strata.runtime.spec;

import io.strata.runtime.errors.EngineException;
import java.util.List;
import java.util.Optional;

/**
 * {@code --security-opt}, read.
 *
 * @param seccomp  {@code unconfined}, {@code builtin}, or a profile's JSON; empty: the default
 * @param apparmor a profile's name
 */
record SecurityOptions(
        boolean noNewPrivileges,
        Optional<String> seccomp,
        Optional<String> apparmor,
        Optional<Boolean> writableCgroups,
        boolean systemPathsUnconfined) {
    /**
     * Labels are SELinux's, which Debian's kernels do not enforce; they are taken and have no effect, as with dockerd there.
     *
     * @throws EngineException.InvalidInput with Docker's words
     */
    static SecurityOptions of(List<String> options) {
        boolean noNewPrivileges = false;
        Optional<String> seccomp = Optional.empty();
        Optional<String> apparmor = Optional.empty();
        Optional<Boolean> writableCgroups = Optional.empty();
        boolean systemPaths = false;
        for (String option : options) {
            switch (option) {
                case "no-new-privileges" -> noNewPrivileges = true;
                case "writable-cgroups" -> writableCgroups = Optional.of(true);
                case "disable" -> {}
                default -> {
                    int at = option.contains("=") ? option.indexOf('=') : option.indexOf(':');
                    if (at < 0) {
                        throw new EngineException.InvalidInput("invalid --security-opt 1: \"" + option + "\"");
                    }
                    String value = option.substring(at + 1);
                    switch (option.substring(0, at)) {
                        case "label" -> {}
                        case "apparmor" -> apparmor = Optional.of(value);
                        case "seccomp" -> seccomp = Optional.of(value);
                        case "no-new-privileges" -> noNewPrivileges = bool(option, value);
                        case "writable-cgroups" -> writableCgroups = Optional.of(bool(option, value));
                        case "systempaths" -> systemPaths = systemPaths(option, value);
                        default -> throw invalid(option);
                    }
                }
            }
        }
        return new SecurityOptions(noNewPrivileges, seccomp, apparmor, writableCgroups, systemPaths);
    }

    private static boolean systemPaths(String option, String value) {
        if (!value.equals("unconfined")) {
            throw invalid(option);
        }
        return true;
    }

    private static boolean bool(String option, String value) {
        return switch (value) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> throw invalid(option);
        };
    }

    private static EngineException.InvalidInput invalid(String option) {
        return new EngineException.InvalidInput("invalid --security-opt 2: \"" + option + "\"");
    }
}
