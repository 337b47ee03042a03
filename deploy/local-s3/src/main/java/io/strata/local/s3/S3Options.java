package io.strata.local.s3;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * How {@link S3Server} was asked to run.
 *
 * @param home folder of the state that is kept over restarts
 * @param port TCP port on 127.0.0.1
 * @param whileStdin end when standard input ends: a test's child never outlives the test
 * @param scratch nothing in {@code home} matters after the end: the folder is removed
 */
record S3Options(Path home, int port, boolean whileStdin, boolean scratch, String accessKey, String secretKey) {
    static final String USAGE =
            "usage: io.strata.local.s3.S3Server --home DIR [--port 7086] [--while-stdin] [--scratch]";

    /** @throws IllegalArgumentException with a sentence for the user */
    static S3Options parse(List<String> args, Map<String, String> environment) {
        Path home = null;
        int port = 7086;
        boolean whileStdin = false;
        boolean scratch = false;
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--home" -> home = Path.of(value(option, rest));
                case "--port" -> port = port(option, rest);
                case "--while-stdin" -> whileStdin = true;
                case "--scratch" -> scratch = true;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (home == null) {
            throw new IllegalArgumentException("--home is missing");
        }
        return new S3Options(
                home.toAbsolutePath().normalize(),
                port,
                whileStdin,
                scratch,
                environment.getOrDefault("AWS_ACCESS_KEY_ID", LocalS3.ACCESS_KEY),
                environment.getOrDefault("AWS_SECRET_ACCESS_KEY", LocalS3.SECRET_KEY));
    }

    /** Where the buckets are, a folder each. */
    Path buckets() {
        return home.resolve("buckets");
    }

    private static int port(String option, Iterator<String> rest) {
        String text = value(option, rest);
        int port;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(option + " is no port: " + text, notANumber);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(option + " is not between 1 and 65535: " + text);
        }
        return port;
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " has no value");
        }
        return rest.next();
    }
}
