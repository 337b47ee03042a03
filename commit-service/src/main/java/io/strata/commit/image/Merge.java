package io.strata.commit.image;

import io.strata.oci.ContainerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a configuration that was asked for takes over what it does not say (moby, {@code daemon/commit.go}, {@code merge}). */
final class Merge {
    private Merge() {}

    static ContainerConfig of(ContainerConfig asked, ContainerConfig container) {
        boolean noEntrypoint = isEmpty(asked.entrypoint());
        return new ContainerConfig(
                or(asked.user(), container.user()),
                union(container.exposedPorts(), asked.exposedPorts()),
                env(asked.env(), container.env()),
                asked.entrypoint() == null ? container.entrypoint() : asked.entrypoint(),
                // Inherited only if there is neither: a Cmd is arguments for its own Entrypoint.
                noEntrypoint && isEmpty(asked.cmd()) ? container.cmd() : asked.cmd(),
                healthcheck(asked.healthcheck(), container.healthcheck()),
                union(container.volumes(), asked.volumes()),
                or(asked.workingDir(), container.workingDir()),
                union(container.labels(), asked.labels()),
                or(asked.stopSignal(), container.stopSignal()),
                asked.stopTimeout() == null ? container.stopTimeout() : asked.stopTimeout(),
                isEmpty(asked.onBuild()) ? container.onBuild() : asked.onBuild(),
                isEmpty(asked.shell()) ? container.shell() : asked.shell());
    }

    /** By name: what was asked for stays first, in its order. */
    private static List<String> env(List<String> asked, List<String> container) {
        if (isEmpty(asked) || container == null) {
            return isEmpty(asked) ? container : asked;
        }
        Set<String> names = asked.stream().map(Merge::key).collect(Collectors.toSet());
        List<String> merged = new ArrayList<>(asked);
        container.stream().filter(pair -> !names.contains(key(pair))).forEach(merged::add);
        return merged;
    }

    static String key(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }

    /** Member by member; a zero says nothing. */
    private static Map<String, Object> healthcheck(Map<String, Object> asked, Map<String, Object> container) {
        if (asked == null || container == null) {
            return asked == null ? container : asked;
        }
        Map<String, Object> merged = new LinkedHashMap<>(container);
        asked.forEach((name, value) -> {
            boolean saysNothing = value == null
                    || value instanceof Number n && n.longValue() == 0
                    || value instanceof List<?> l && l.isEmpty();
            if (!saysNothing) {
                merged.put(name, value);
            }
        });
        return merged;
    }

    private static <T> Map<String, T> union(Map<String, T> first, Map<String, T> stronger) {
        if (first == null || stronger == null) {
            return first == null ? stronger : first;
        }
        Map<String, T> union = new LinkedHashMap<>(first);
        union.putAll(stronger);
        return union;
    }

    private static String or(String asked, String container) {
        return asked == null || asked.isEmpty() ? container : asked;
    }

    private static boolean isEmpty(List<?> list) {
        return list == null || list.isEmpty();
    }
}
