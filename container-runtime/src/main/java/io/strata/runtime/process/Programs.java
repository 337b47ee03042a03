package io.strata.runtime.process;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the programs that containers need. */
public final class Programs {
    private static final List<String> USUAL = List.of(
            "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec/docker");

    private Programs() {}

    /** @throws FileNotFoundException saying what is missing and what to do */
    static Path require(String name, String key) throws FileNotFoundException {
        return find(name)
                .orElseThrow(() -> new FileNotFoundException(
                        name + " is not installed: install it (Debian: apt-get install " + name + "), or set " + key));
    }

    /** @param name with a slash: that file, when it can be executed */
    public static Optional<Path> find(String name) {
        if (name.contains("/")) {
            return Optional.of(Path.of(name).toAbsolutePath()).filter(Files::isExecutable);
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), USUAL.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
