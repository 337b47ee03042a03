package io.strata.runtime.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment that Docker gives a process. HOME is the runtime's to add, from the user's entry in the container. */
final class Environment {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Environment() {}

    static List<String> of(ContainerSpec spec) {
        Map<String, String> variables = new LinkedHashMap<>();
        put(variables, PATH);
        put(variables, "HOSTNAME=" + spec.hostname());
        if (spec.command().terminal()) {
            put(variables, "TERM=xterm");
        }
        spec.command().env().forEach(entry -> put(variables, entry));
        return List.copyOf(variables.values());
    }

    static List<String> exec(List<String> container, List<String> added, boolean terminal) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (terminal) {
            put(variables, "TERM=xterm");
        }
        container.forEach(entry -> put(variables, entry));
        added.forEach(entry -> put(variables, entry));
        return List.copyOf(variables.values());
    }

    /** A name alone takes the variable away, as with dockerd. */
    private static void put(Map<String, String> variables, String entry) {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            variables.remove(entry);
        } else {
            variables.put(entry.substring(0, equals), entry);
        }
    }
}
