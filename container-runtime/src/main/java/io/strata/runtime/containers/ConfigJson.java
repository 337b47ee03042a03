package io.strata.runtime.containers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.EngineJson;
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

    /** @throws EngineException.Failed when it is not of that shape, which a newer version could have written */
    static <T> T read(String json, Class<T> type) {
        try {
            return EngineJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    static <T> T read(String json, TypeReference<T> type) {
        try {
            return EngineJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    private static EngineException unreadable(JsonProcessingException e) {
        return new EngineException.Failed("a container's stored definition cannot be read", e);
    }
}
