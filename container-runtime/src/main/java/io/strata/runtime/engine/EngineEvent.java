package io.strata.runtime.engine;

import java.time.Instant;
import java.util.Map;

/**
 * An event in Docker's form.
 *
 * @param type       {@code container} or {@code image}
 * @param action     Docker's word, e.g. {@code die}
 * @param actor      id of the container, name or id of the image
 * @param attributes {@code name}, {@code image}, labels and what the action brings
 */
record EngineEvent(String type, String action, String actor, Map<String, String> attributes, Instant at) {
    private static final long NANOS = 1_000_000_000L;

    Map<String, Object> shown() {
        Map<String, Object> shown = Json.of("status", action, "id", actor);
        if (type.equals("container")) {
            shown.put("from", attributes.getOrDefault("image", ""));
        }
        shown.put("Type", type);
        shown.put("Action", action);
        shown.put("Actor", Json.of("ID", actor, "Attributes", attributes));
        shown.put("scope", "local");
        shown.put("time", at.getEpochSecond());
        shown.put("timeNano", at.getEpochSecond() * NANOS + at.getNano());
        return shown;
    }
}
