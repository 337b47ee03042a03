package io.strata.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Events as JSON, and the CloudEvents type ({@code io.strata.ImageTagged}) that says which record a JSON is of. */
public final class EventJson {
    /** What comes before an event's name in {@code ce_type}. */
    public static final String TYPE_PREFIX = "io.strata.";

    /** Kafka refuses a record above 1 MiB; the rest is for headers. In bytes. */
    public static final int MAX_BYTES = 960 << 10;

    private static final Map<String, Class<? extends StrataEvent>> BY_TYPE = byType();

    // A member that is not known here was added by a newer service: it is passed over.
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private EventJson() {}

    /** Every event of the family by its CloudEvents type, in alphabetical order. */
    public static Map<String, Class<? extends StrataEvent>> types() {
        return BY_TYPE;
    }

    public static String typeOf(StrataEvent event) {
        return TYPE_PREFIX + event.name();
    }

    /** @throws IllegalArgumentException when the event is larger than {@link #MAX_BYTES} */
    public static byte[] write(StrataEvent event) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(event);
            if (json.length > MAX_BYTES) {
                throw new IllegalArgumentException(event.name() + " of " + event.aggregateId() + " has " + json.length
                        + " bytes, an event may have " + MAX_BYTES);
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + event.name() + " as JSON", e);
        }
    }

    /**
     * @return empty when no event of that type is known here
     * @throws PoisonEventException when the bytes are not an event of that type
     */
    public static Optional<StrataEvent> read(String type, byte[] json) {
        Class<? extends StrataEvent> record = BY_TYPE.get(type);
        if (record == null) {
            return Optional.empty();
        }
        try {
            StrataEvent event = MAPPER.readValue(json, record);
            if (event == null || event.aggregateId() == null) {
                throw new PoisonEventException("a " + type + " without the id of what it is about", null);
            }
            return Optional.of(event);
        } catch (IOException | NullPointerException e) {
            throw new PoisonEventException("not a " + type + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, Class<? extends StrataEvent>> byType() {
        Map<String, Class<? extends StrataEvent>> types = new TreeMap<>();
        records(StrataEvent.class).forEach(r -> types.put(TYPE_PREFIX + r.getSimpleName(), r));
        return java.util.Collections.unmodifiableMap(types);
    }

    private static Stream<Class<? extends StrataEvent>> records(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(EventJson::records)
                : Stream.of(family.asSubclass(StrataEvent.class));
    }
}
