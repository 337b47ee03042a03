package io.strata.runtime.routing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.io.InputStream;

/**
 * JSON as the Engine API takes and gives it. Go ignores unknown members and the case of names; what is read is bounded.
 */
public final class EngineJson {
    /** More than any container's definition, less than what would hurt. */
    private static final int MAX_BODY = 8 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .build();

    private EngineJson() {}

    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** @throws EngineException.InvalidInput when it is not JSON of that shape */
    public static <T> T read(InputStream body, Class<T> type) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw new EngineException.InvalidInput("the request's body is larger than " + MAX_BODY + " bytes");
        }
        return read(bytes, type);
    }

    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new EngineException.InvalidInput("invalid JSON: got EOF while reading request body");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new EngineException.InvalidInput(
                    json.length == 0
                            ? "invalid JSON: got EOF while reading request body"
                            : "invalid JSON: " + e.getOriginalMessage());
        }
    }

    public static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new EngineException.InvalidInput("invalid JSON: " + e.getOriginalMessage());
        }
    }

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }
}
