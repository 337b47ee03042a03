package io.strata.runtime.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.spec.ContainerSpec.Ulimit;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code --ulimit} and the OOM score, within what this service may give. */
final class Limits {
    private static final long UNLIMITED = -1;
    private static final BigInteger INFINITY = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    /** Docker's names and those of {@code /proc/self/limits}. */
    private static final Map<String, String> KERNEL_NAMES = Map.ofEntries(
            Map.entry("core", "Max core file size"),
            Map.entry("cpu", "Max cpu time"),
            Map.entry("data", "Max data size"),
            Map.entry("fsize", "Max file size"),
            Map.entry("locks", "Max file locks"),
            Map.entry("memlock", "Max locked memory"),
            Map.entry("msgqueue", "Max msgqueue size"),
            Map.entry("nice", "Max nice priority"),
            Map.entry("nofile", "Max open files"),
            Map.entry("nproc", "Max processes"),
            Map.entry("rss", "Max resident set"),
            Map.entry("rtprio", "Max realtime priority"),
            Map.entry("rttime", "Max realtime timeout"),
            Map.entry("sigpending", "Max pending signals"),
            Map.entry("stack", "Max stack size"));

    private Limits() {}

    static void check(List<Ulimit> ulimits) {
        for (Ulimit ulimit : ulimits) {
            if (!KERNEL_NAMES.containsKey(ulimit.name())) {
                throw new EngineException.InvalidInput("invalid ulimit type: " + ulimit.name());
            }
            if (ulimit.hard() != UNLIMITED && (ulimit.soft() == UNLIMITED || ulimit.soft() > ulimit.hard())) {
                throw new EngineException.InvalidInput("ulimit soft limit must be less than or equal to hard limit: "
                        + ulimit.soft() + " > " + ulimit.hard());
            }
        }
    }

    static ArrayNode rlimits(List<Ulimit> ulimits) throws IOException {
        check(ulimits);
        boolean mayRaise = Capabilities.have("SYS_RESOURCE");
        List<String> own = Files.readAllLines(Path.of("/proc/self/limits"));
        ArrayNode rlimits = ConfigJson.JSON.createArrayNode();
        for (Ulimit ulimit : ulimits) {
            long most = mayRaise ? UNLIMITED : ownHard(own, KERNEL_NAMES.get(ulimit.name()));
            ObjectNode rlimit = rlimits.addObject();
            rlimit.put("type", "RLIMIT_" + ulimit.name().toUpperCase(Locale.ROOT));
            rlimit.put("hard", number(lower(ulimit.hard(), most)));
            rlimit.put("soft", number(lower(ulimit.soft(), most)));
        }
        return rlimits;
    }

    private static long lower(long asked, long most) {
        return most == UNLIMITED || asked != UNLIMITED && asked <= most ? asked : most;
    }

    private static BigInteger number(long limit) {
        return limit == UNLIMITED ? INFINITY : BigInteger.valueOf(limit);
    }

    private static long ownHard(List<String> limits, String name) {
        String values = limits.stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse(name + " unlimited unlimited")
                .substring(name.length())
                .strip();
        String hard = values.split("\\s+")[1];
        return hard.equals("unlimited") ? UNLIMITED : Long.parseLong(hard);
    }

    /** Lowering the score needs CAP_SYS_RESOURCE; without it the runtime would fail. */
    static Optional<Integer> oomScore(Optional<Integer> asked) throws IOException {
        if (asked.isEmpty()) {
            return asked;
        }
        if (asked.get() < -1000 || asked.get() > 1000) {
            throw new EngineException.InvalidInput(
                    "Invalid value " + asked.get() + ", range for oom score adj is [-1000, 1000]");
        }
        int own = Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        return asked.get() >= own || Capabilities.have("SYS_RESOURCE") ? asked : Optional.empty();
    }
}
