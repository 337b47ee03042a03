package io.strata.runtime.routing;

import io.strata.runtime.errors.EngineException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters after the question mark, decoded; a name may come more than once. */
public final class Query {
    private final List<Map.Entry<String, String>> parameters = new ArrayList<>();

    Query(String raw) {
        for (String pair : raw.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parameters.add(Map.entry(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1))));
            }
        }
    }

    public Optional<String> first(String name) {
        return parameters.stream()
                .filter(p -> p.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public List<String> all(String name) {
        return parameters.stream()
                .filter(p -> p.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    static String decodedPath(String segment) {
        return decoded(segment.replace("+", "%2B"));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new EngineException.InvalidInput("malformed percent encoding in the request's address");
        }
    }
}
