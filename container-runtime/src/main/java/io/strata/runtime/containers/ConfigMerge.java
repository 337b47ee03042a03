package io.strata.runtime.containers;

import io.strata.oci.ContainerConfig;
import io.strata.runtime.containers.Config.Healthcheck;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.EngineJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The user's configuration over the image's, by the rules of moby's {@code daemon/config.go merge}. */
final class ConfigMerge {
    private ConfigMerge() {}

    /** @throws EngineException.InvalidInput {@code no command specified} when neither says what runs */
    static Config merge(Config user, ContainerConfig image) {
        List<String> entrypoint = user.entrypoint();
        List<String> cmd = user.cmd();
        if (isEmpty(entrypoint)) {
            if (isEmpty(cmd)) {
                cmd = image.cmd();
            }
            if (entrypoint == null) {
                entrypoint = image.entrypoint();
            }
        }
        // docker run --entrypoint "" sends [""]: an entrypoint that is none
        if (entrypoint != null
                && entrypoint.size() == 1
                && entrypoint.getFirst().isEmpty()) {
            entrypoint = null;
        }
        if (isEmpty(entrypoint) && isEmpty(cmd)) {
            throw new EngineException.InvalidInput("no command specified");
        }
        return new Config(
                user.hostname(),
                user.domainname(),
                user.user().isEmpty() ? image.user() : user.user(),
                user.attachStdin(),
                user.attachStdout(),
                user.attachStderr(),
                union(image.exposedPorts(), user.exposedPorts()),
                user.tty(),
                user.openStdin(),
                user.stdinOnce(),
                env(image.env(), user.env()),
                cmd,
                healthcheck(user.healthcheck(), image.healthcheck()),
                user.image(),
                volumes(image.volumes(), user.volumes()),
                user.workingDir().isEmpty() ? image.workingDir() : user.workingDir(),
                entrypoint,
                user.networkDisabled(),
                user.macAddress(),
                user.onBuild(),
                union(image.labels(), user.labels()),
                user.stopSignal().isEmpty() ? image.stopSignal() : user.stopSignal(),
                user.stopTimeout() == null ? image.stopTimeout() : user.stopTimeout(),
                user.shell().isEmpty() ? image.shell() : user.shell());
    }

    /** The user's variables, then those of the image that the user does not set. */
    private static List<String> env(List<String> image, List<String> user) {
        List<String> merged = new ArrayList<>(user == null ? List.of() : user);
        Set<String> names = new HashSet<>();
        merged.forEach(variable -> names.add(nameOf(variable)));
        if (image != null) {
            image.stream().filter(variable -> !names.contains(nameOf(variable))).forEach(merged::add);
        }
        return merged;
    }

    private static String nameOf(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    private static Healthcheck healthcheck(Healthcheck user, Map<String, Object> imageTree) {
        if (imageTree == null) {
            return user;
        }
        Healthcheck image = EngineJson.mapper().convertValue(imageTree, Healthcheck.class);
        if (user == null) {
            return image;
        }
        if (user.test() != null && !user.test().isEmpty()) {
            return user;
        }
        return new Healthcheck(
                image.test(),
                user.interval() != 0 ? user.interval() : image.interval(),
                user.timeout() != 0 ? user.timeout() : image.timeout(),
                user.startPeriod() != 0 ? user.startPeriod() : image.startPeriod(),
                user.startInterval() != 0 ? user.startInterval() : image.startInterval(),
                user.retries() != 0 ? user.retries() : image.retries());
    }

    private static Map<String, Map<String, Object>> volumes(
            Map<String, Map<String, Object>> image, Map<String, Map<String, Object>> user) {
        Map<String, Map<String, Object>> both = union(image, user);
        return both.isEmpty() ? null : both;
    }

    private static <V> Map<String, V> union(Map<String, V> image, Map<String, V> user) {
        Map<String, V> both = new LinkedHashMap<>(image == null ? Map.of() : image);
        if (user != null) {
            both.putAll(user);
        }
        return both;
    }

    private static boolean isEmpty(List<String> list) {
        return list == null || list.isEmpty();
    }
}
