package io.strata.commit.image;

import io.strata.commit.errors.CommitException.InvalidInput;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code HEALTHCHECK NONE}, {@code HEALTHCHECK [--interval=… --timeout=… …] CMD …}. */
final class HealthcheckParser {
    private static final Map<String, String> DURATIONS = Map.of(
            "interval",
            "Interval",
            "timeout",
            "Timeout",
            "start-period",
            "StartPeriod",
            "start-interval",
            "StartInterval");
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "ns", new BigDecimal(1),
            "us", new BigDecimal(1_000),
            "ms", new BigDecimal(1_000_000),
            "s", new BigDecimal(1_000_000_000L),
            "m", new BigDecimal(60_000_000_000L),
            "h", new BigDecimal(3_600_000_000_000L));
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(ns|us|ms|s|m|h)");

    /** Docker's smallest interval: 1 ms. */
    private static final long SHORTEST = 1_000_000;

    private HealthcheckParser() {}

    static Change parse(String text) {
        Map<String, Object> check = new LinkedHashMap<>();
        String rest = text;
        while (rest.startsWith("--")) {
            String[] parts = rest.split("\\s+", 2);
            flag(parts[0].substring(2), check);
            rest = parts.length > 1 ? parts[1].strip() : "";
        }
        String[] parts = rest.split("\\s+", 2);
        String type = parts[0].toUpperCase(Locale.ROOT);
        String command = parts.length > 1 ? parts[1].strip() : "";
        switch (type) {
            case "NONE" -> {
                if (!command.isEmpty()) {
                    throw new InvalidInput("HEALTHCHECK NONE takes no arguments");
                }
                check.clear();
                check.put("Test", List.of("NONE"));
            }
            case "CMD" -> check.put("Test", test(command));
            case "" -> throw new InvalidInput("HEALTHCHECK requires at least one argument");
            default -> throw new InvalidInput("Unknown type \"" + type + "\" in HEALTHCHECK (try CMD)");
        }
        return new Change.Healthcheck(check);
    }

    private static List<String> test(String command) {
        if (command.isEmpty()) {
            throw new InvalidInput("Missing command after HEALTHCHECK CMD");
        }
        List<String> exec = ChangeParser.json(command);
        if (exec == null) {
            return List.of("CMD-SHELL", command);
        }
        if (exec.isEmpty()) {
            throw new InvalidInput("Missing command after HEALTHCHECK CMD");
        }
        List<String> test = new ArrayList<>(List.of("CMD"));
        test.addAll(exec);
        return test;
    }

    private static void flag(String flag, Map<String, Object> check) {
        int equals = flag.indexOf('=');
        String name = equals < 0 ? flag : flag.substring(0, equals);
        String value = equals < 0 ? "" : flag.substring(equals + 1);
        if (DURATIONS.containsKey(name)) {
            check.put(DURATIONS.get(name), nanos(name, value));
        } else if (name.equals("retries")) {
            check.put("Retries", retries(value));
        } else {
            throw new InvalidInput("unknown flag: --" + name);
        }
    }

    private static int retries(String value) {
        try {
            int retries = Integer.parseInt(value);
            if (retries >= 0) {
                return retries;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new InvalidInput("--retries must be at least 0, not \"" + value + "\"");
    }

    /** Go's time.ParseDuration, as far as a health check needs it. */
    private static long nanos(String name, String value) {
        Matcher part = DURATION_PART.matcher(value);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(UNITS.get(part.group(2))));
            end = part.end();
        }
        boolean zero = value.equals("0");
        if (!zero && (end == 0 || end != value.length() || sum.precision() - sum.scale() > 18)) {
            throw new InvalidInput("invalid duration \"" + value + "\" of --" + name);
        }
        long nanos = sum.setScale(0, RoundingMode.DOWN).longValueExact();
        if (nanos > 0 && nanos < SHORTEST) {
            throw new InvalidInput("Interval \"" + name + "\" cannot be less than 1ms");
        }
        return nanos;
    }
}
