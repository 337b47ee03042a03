package io.strata.local;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * How {@link Parts} was asked to run. Ports are TCP ports on 127.0.0.1.
 *
 * @param home folder of the state that is kept over restarts: {@code kafka/}, {@code postgres/}
 * @param whileStdin end when standard input ends: a test's child never outlives the test
 * @param scratch nothing in {@code home} matters after the end: no fsync, and the folder is removed
 */
record PartsOptions(
        Path home, int kafkaPort, int kafkaControllerPort, int postgresPort, boolean whileStdin, boolean scratch) {

    static final String USAGE = """
            usage: io.strata.local.Parts --home DIR [--kafka-port 7084] [--kafka-controller-port 7087]
                                         [--postgres-port 7085] [--while-stdin] [--scratch]""";

    /** @throws IllegalArgumentException with a sentence for the user */
    static PartsOptions parse(List<String> args) {
        Path home = null;
        int kafka = 7084;
        int controller = 7087;
        int postgres = 7085;
        boolean whileStdin = false;
        boolean scratch = false;
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--home" -> home = Path.of(value(option, rest));
                case "--kafka-port" -> kafka = port(option, rest);
                case "--kafka-controller-port" -> controller = port(option, rest);
                case "--postgres-port" -> postgres = port(option, rest);
                case "--while-stdin" -> whileStdin = true;
                case "--scratch" -> scratch = true;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (home == null) {
            throw new IllegalArgumentException("--home is missing");
        }
        return new PartsOptions(home.toAbsolutePath().normalize(), kafka, controller, postgres, whileStdin, scratch);
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
