package io.strata.runtime.process;

import io.strata.runtime.errors.EngineException;
import java.util.Locale;
import java.util.Map;

/** Signals by name and number, as signal(7) has them on x86-64 and arm64. */
public final class Signals {
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("IOT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("STKFLT", 16),
            Map.entry("CHLD", 17),
            Map.entry("CLD", 17),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("TTIN", 21),
            Map.entry("TTOU", 22),
            Map.entry("URG", 23),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("VTALRM", 26),
            Map.entry("PROF", 27),
            Map.entry("WINCH", 28),
            Map.entry("IO", 29),
            Map.entry("POLL", 29),
            Map.entry("PWR", 30),
            Map.entry("SYS", 31));

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private Signals() {}

    /**
     * @param signal {@code SIGTERM}, {@code term}, {@code 15}, {@code RTMIN+3}
     * @throws EngineException.InvalidInput with Docker's words
     */
    public static int number(String signal) {
        if (signal.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(signal);
            if (number >= 1 && number <= RTMAX) {
                return number;
            }
            throw new EngineException.InvalidInput("invalid signal: " + signal);
        }
        String name = signal.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        Integer number = NUMBERS.get(name);
        if (number != null) {
            return number;
        }
        if (name.equals("RTMIN")) {
            return RTMIN;
        }
        if (name.equals("RTMAX")) {
            return RTMAX;
        }
        if (name.matches("RTM(IN\\+|AX-)[0-9]{1,2}")) {
            int offset = Integer.parseInt(name.substring(6));
            int real = name.startsWith("RTMIN") ? RTMIN + offset : RTMAX - offset;
            if (real >= RTMIN && real <= RTMAX) {
                return real;
            }
        }
        throw new EngineException.InvalidInput("invalid signal: " + signal);
    }
}
