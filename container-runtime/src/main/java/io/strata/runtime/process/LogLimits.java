package io.strata.runtime.process;

import io.strata.runtime.errors.EngineException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a log is kept ({@code max-size} and {@code max-file} of Docker's json-file driver).
 *
 * @param maxBytes of one file; 0 is unlimited, Docker's default
 * @param maxFiles at least 1
 */
public record LogLimits(long maxBytes, int maxFiles) {
    public static final LogLimits NONE = new LogLimits(0, 1);

    /** Below this conmon would start a new file for every line. */
    private static final long LEAST = 16 * 1024;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*([kmgt]?)(i?b)?");

    /** @throws EngineException.InvalidInput for options that are no numbers, or that json-file does not have together */
    public static LogLimits of(Map<String, String> options) {
        long size = options.containsKey("max-size") ? bytes(options.get("max-size")) : 0;
        int files = 1;
        if (options.containsKey("max-file")) {
            String value = options.get("max-file");
            if (!value.matches("[1-9][0-9]{0,3}")) {
                throw new EngineException.InvalidInput("max-file cannot be less than 1: " + value);
            }
            files = Integer.parseInt(value);
            if (files > 1 && size == 0) {
                throw new EngineException.InvalidInput(
                        "failed to create logger: maximum number of files needs a max-size");
            }
        }
        return new LogLimits(size == 0 ? 0 : Math.max(size, LEAST), files);
    }

    private static long bytes(String value) {
        Matcher matcher = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (value.equals("-1")) {
            return 0;
        }
        if (!matcher.matches()) {
            throw new EngineException.InvalidInput("invalid size: '" + value + "'");
        }
        int power = "kmgt".indexOf(matcher.group(2)) + 1;
        return Long.parseLong(matcher.group(1)) << 10 * (matcher.group(2).isEmpty() ? 0 : power);
    }
}
