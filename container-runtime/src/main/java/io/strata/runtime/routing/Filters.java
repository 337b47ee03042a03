package io.strata.runtime.routing;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.runtime.errors.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code filters} parameter: {@code {"label":{"a=b":true}}}, before 1.22 {@code {"label":["a=b"]}}. Values of one name
 * are alternatives, unless said otherwise; names are conditions that all hold.
 */
public final class Filters {
    private final Map<String, List<String>> values;

    private Filters(Map<String, List<String>> values) {
        this.values = values;
    }

    public static Filters parse(String json) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (!json.isEmpty()) {
            JsonNode tree = EngineJson.tree(json);
            if (!tree.isObject()) {
                throw new EngineException.InvalidInput("invalid filter");
            }
            tree.properties().forEach(member -> values.put(member.getKey(), valuesOf(member.getValue())));
        }
        return new Filters(values);
    }

    private static List<String> valuesOf(JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.isObject()) {
            node.properties().forEach(value -> {
                if (value.getValue().asBoolean()) {
                    found.add(value.getKey());
                }
            });
        } else if (node.isArray()) {
            node.forEach(value -> found.add(value.asText()));
        } else {
            throw new EngineException.InvalidInput("invalid filter");
        }
        return found;
    }

    /** @throws EngineException.InvalidInput for a name that is not among {@code known}, with Docker's words */
    public Filters only(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new EngineException.InvalidInput("invalid filter '" + name + "'");
            }
        }
        return this;
    }

    public List<String> get(String name) {
        return values.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /** Whether there is no such filter, or {@code value} is one of its values. */
    public boolean allows(String name, String value) {
        return !has(name) || get(name).contains(value);
    }

    /** Whether every {@code label} filter, {@code key} or {@code key=value}, holds for {@code labels}. */
    public boolean labelsHold(Map<String, String> labels) {
        return get("label").stream().allMatch(wanted -> labelHolds(wanted, labels))
                && get("label!").stream().noneMatch(unwanted -> labelHolds(unwanted, labels));
    }

    private static boolean labelHolds(String wanted, Map<String, String> labels) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /** A filter that is true or false; empty when it is not given. */
    public java.util.Optional<Boolean> flag(String name) {
        if (!has(name)) {
            return java.util.Optional.empty();
        }
        return java.util.Optional.of(
                switch (get(name).getFirst()) {
                    case "1", "true", "True", "t" -> true;
                    case "0", "false", "False", "f" -> false;
                    default ->
                        throw new EngineException.InvalidInput(
                                "invalid filter '" + name + "=[" + String.join(" ", get(name)) + "]'");
                });
    }
}
