package io.strata.runtime.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine in Docker's words. */
final class Machine {
    private static final Path PROC = Path.of("/proc");

    private Machine() {}

    /** Go's name, {@code amd64} or {@code arm64}. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }

    /** The kernel's name, {@code x86_64} or {@code aarch64}. */
    static String machine() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    static String kernel() {
        return System.getProperty("os.version");
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Bytes of main memory; 0 when the kernel does not say. */
    static long memory() {
        return read(PROC.resolve("meminfo"))
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("MemTotal:"))
                        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                        .findFirst())
                .orElse(0L);
    }

    static String hostname() {
        return read(PROC.resolve("sys/kernel/hostname"))
                .map(String::strip)
                .orElse(InetAddress.getLoopbackAddress().getHostName());
    }

    /** A member of os-release(5), e.g. {@code PRETTY_NAME}; empty when there is none. */
    static String release(String name) {
        return read(Path.of("/etc/os-release"))
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(name + "="))
                        .map(line -> line.substring(name.length() + 1).replace("\"", ""))
                        .findFirst())
                .orElse("");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
