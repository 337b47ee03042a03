package io.strata.runtime.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A method and a path. {@code {id}} is one segment; {@code {name...}} is one or more, as image names have slashes.
 *
 * @param segments of the pattern
 */
record Route(String method, List<String> segments, RouteHandler handler) {
    static Route of(String method, String pattern, RouteHandler handler) {
        return new Route(method, List.of(pattern.substring(1).split("/")), handler);
    }

    /** @param path decoded segments; what the names in the pattern stand for, when it fits */
    Optional<Map<String, String>> match(String calledMethod, List<String> path) {
        if (!method.equals(calledMethod)) {
            return Optional.empty();
        }
        int greedy = greedyAt();
        if (greedy < 0 ? path.size() != segments.size() : path.size() < segments.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new HashMap<>();
        int extra = path.size() - segments.size();
        int at = 0;
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (i == greedy) {
                names.put(
                        segment.substring(1, segment.length() - 4), String.join("/", path.subList(at, at + extra + 1)));
                at += extra + 1;
            } else {
                String value = path.get(at++);
                if (segment.startsWith("{")) {
                    names.put(segment.substring(1, segment.length() - 1), value);
                } else if (!segment.equals(value)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(names);
    }

    private int greedyAt() {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).endsWith("...}")) {
                return i;
            }
        }
        return -1;
    }
}
