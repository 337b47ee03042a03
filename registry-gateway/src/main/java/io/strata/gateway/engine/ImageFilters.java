package io.strata.gateway.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.strata.gateway.errors.GatewayException;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code filters} of {@code docker images}: {@code {"label":{"a=b":true}}}, or the older {@code {"label":["a=b"]}}. */
final class ImageFilters {
    private static final Set<String> KNOWN =
            Set.of("reference", "dangling", "label", "label!", "before", "since", "until");
    private static final Pattern GO_DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
    private static final Pattern UNIX = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,9}))?");

    private final Map<String, List<String>> values;

    private ImageFilters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws GatewayException.InvalidInput with Docker's words */
    static ImageFilters parse(String json) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (json != null && !json.isEmpty()) {
            tree(json).properties().forEach(f -> values.put(f.getKey(), valuesOf(f.getValue())));
        }
        values.keySet().stream().filter(f -> !KNOWN.contains(f)).findFirst().ifPresent(f -> {
            throw new GatewayException.InvalidInput("invalid filter '" + f + "'");
        });
        return new ImageFilters(values);
    }

    private static JsonNode tree(String json) {
        try {
            JsonNode tree = OciJson.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class);
            if (tree.isObject()) {
                return tree;
            }
        } catch (InvalidManifestException notJson) {
            throw new GatewayException.InvalidInput("invalid filter: " + notJson.getMessage());
        }
        throw new GatewayException.InvalidInput("invalid filter");
    }

    private static List<String> valuesOf(JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.isObject()) {
            node.properties().stream().filter(v -> v.getValue().asBoolean()).forEach(v -> found.add(v.getKey()));
        } else if (node.isArray()) {
            node.forEach(v -> found.add(v.asText()));
        } else {
            throw new GatewayException.InvalidInput("invalid filter");
        }
        return found;
    }

    boolean has(String name) {
        return !get(name).isEmpty();
    }

    List<String> get(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** @return empty when the filter is not there */
    Optional<Boolean> dangling() {
        if (!has("dangling")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (get("dangling").getFirst()) {
                    case "true", "1" -> true;
                    case "false", "0" -> false;
                    default ->
                        throw new GatewayException.InvalidInput("invalid filter 'dangling=" + get("dangling") + "'");
                });
    }

    boolean labelsHold(Map<String, String> labels) {
        return get("label").stream().allMatch(l -> labelHolds(l, labels))
                && get("label!").stream().noneMatch(l -> labelHolds(l, labels));
    }

    private static boolean labelHolds(String wanted, Map<String, String> labels) {
        int equals = wanted.indexOf('=');
        String key = equals < 0 ? wanted : wanted.substring(0, equals);
        return labels.containsKey(key)
                && (equals < 0 || wanted.substring(equals + 1).equals(labels.get(key)));
    }

    /** Whether the name passes: Go's {@code path.Match} of a pattern with its familiar form, with or without the tag. */
    boolean referenceHolds(ImageReference name) {
        return !has("reference")
                || get("reference").stream()
                        .map(ImageFilters::glob)
                        .anyMatch(p -> p.matcher(name.familiar()).matches()
                                || p.matcher(name.familiarRepository()).matches());
    }

    private static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        boolean set = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (set) {
                set = c != ']';
                regex.append(c == '\\' || c == '[' || c == '&' ? "\\" + c : String.valueOf(c));
            } else if (c == '[' && pattern.indexOf(']', i) > 0) {
                set = true;
                regex.append(c);
            } else {
                regex.append(
                        switch (c) {
                            case '*' -> "[^/]*";
                            case '?' -> "[^/]";
                            default -> Pattern.quote(String.valueOf(c));
                        });
            }
        }
        try {
            return Pattern.compile(regex.toString());
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new GatewayException.InvalidInput(
                    "invalid filter 'reference=" + pattern + "': syntax error in pattern");
        }
    }

    /** The moment before which an image must have been made: a time, or how long ago. */
    Optional<Instant> until(Instant now) {
        return get("until").stream().findFirst().map(text -> moment(text, now));
    }

    private static Instant moment(String text, Instant now) {
        Matcher unix = UNIX.matcher(text);
        if (unix.matches()) {
            String nanos = unix.group(2) == null ? "" : unix.group(2);
            return Instant.ofEpochSecond(
                    Long.parseLong(unix.group(1)), Long.parseLong((nanos + "000000000").substring(0, 9)));
        }
        return ago(text).map(now::minus).orElseGet(() -> dateTime(text));
    }

    private static Optional<Duration> ago(String text) {
        Matcher part = GO_DURATION.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            double nanos = Double.parseDouble(part.group(1))
                    * switch (part.group(2)) {
                        case "ns" -> 1;
                        case "us", "µs" -> 1e3;
                        case "ms" -> 1e6;
                        case "s" -> 1e9;
                        case "m" -> 60e9;
                        default -> 3600e9;
                    };
            sum = sum.plusNanos((long) nanos);
            end = part.end();
        }
        return end == text.length() && end > 0 ? Optional.of(sum) : Optional.empty();
    }

    private static Instant dateTime(String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            return text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new GatewayException.InvalidInput(
                    "invalid filter 'until=" + text + "': it is neither a time nor a duration");
        }
    }
}
