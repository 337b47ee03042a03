package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Moments as the Engine API takes and gives them. */
public final class Timestamps {
    private static final DateTimeFormatter NANOSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int NANOS = 9;

    private Timestamps() {}

    public static String nanoseconds(Instant at) {
        return NANOSECONDS.format(at);
    }

    /**
     * @param text seconds since 1970 with a fraction ({@code 1700000000.000000042}), RFC 3339, or a Go duration before now
     * @throws EngineException.InvalidInput for anything else
     */
    public static Instant parse(String text) {
        try {
            if (text.matches("-?[0-9]{1,12}(\\.[0-9]+)?")) {
                int dot = text.indexOf('.');
                String fraction = dot < 0 ? "" : text.substring(dot + 1);
                String nanos = (fraction + "000000000").substring(0, NANOS);
                return Instant.ofEpochSecond(
                        Long.parseLong(dot < 0 ? text : text.substring(0, dot)), Long.parseLong(nanos));
            }
            if (text.matches("([0-9]+h)?([0-9]+m)?([0-9.]+s)?")) {
                return Instant.now().minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
            }
            if (text.matches(".*T.*(Z|[+-][0-9]{2}:[0-9]{2})")) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return (text.contains("T")
                            ? LocalDateTime.parse(text)
                            : LocalDate.parse(text).atStartOfDay())
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new EngineException.InvalidInput("invalid value for a moment: " + text);
        }
    }
}
