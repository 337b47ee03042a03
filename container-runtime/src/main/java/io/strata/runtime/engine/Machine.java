package io.strata.runtime.engine;

/** The machine in Docker's words. */
final class Machine {
    private Machine() {}

    /** Go's name, {@code amd64} or {@code arm64}. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }

    static String kernel() {
        return System.getProperty("os.version");
    }
}
