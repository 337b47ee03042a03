package io.strata.runtime.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** JSON objects whose members keep their order and may be null, as Docker's answers have them. */
final class Json {
    /** Go's zero time: "never". */
    static final String NEVER = "0001-01-01T00:00:00Z";

    private Json() {}

    /** @param namesAndValues name, value, name, value, … */
    static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    static String time(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(NEVER);
    }
}
