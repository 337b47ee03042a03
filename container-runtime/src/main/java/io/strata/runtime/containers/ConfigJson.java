package io.strata.runtime.containers;

import com.fasterxml.jackson.core.type.TypeReference;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.EngineJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A container's definition as JSON: in the Engine API, and as it is stored. */
final class ConfigJson {
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};

    private ConfigJson() {}

    static Map<String, Object> tree(Object value) {
        return EngineJson.mapper().convertValue(value, TREE);
    }

    static String write(Object value) {
        return EngineJson.text(value);
    }

    /** @throws EngineException.InvalidInput when it is not of that shape */
    static <T> T read(String json, Class<T> type) {
        try {
            return EngineJson.read(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
