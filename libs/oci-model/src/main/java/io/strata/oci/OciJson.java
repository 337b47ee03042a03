package io.strata.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * Reads and writes the spec's JSON. What is read is bounded ({@link #MAX_MANIFEST_BYTES}), as content comes from
 * strangers; duplicate members are refused, as two readers could see two documents.
 */
public final class OciJson {
    /** The size that the distribution-spec asks registries to accept, and the one we stop at: 4 MiB. */
    public static final int MAX_MANIFEST_BYTES = 4 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(MAX_MANIFEST_BYTES)
                            .build())
                    .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private OciJson() {}

    /** @throws InvalidManifestException when the bytes are too many, or not JSON of this shape */
    public static <T> T read(byte[] json, Class<T> type) {
        if (json.length > MAX_MANIFEST_BYTES) {
            throw new InvalidManifestException(
                    type.getSimpleName() + " has " + json.length + " bytes, more than " + MAX_MANIFEST_BYTES);
        }
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new InvalidManifestException(type.getSimpleName() + " is null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new InvalidManifestException(type.getSimpleName() + " cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidManifestException(type.getSimpleName() + " cannot be read: " + e.getMessage(), e);
        }
    }

    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }
}
