package io.strata.runtime.spec;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A process' working directory. The runtime makes it when it is missing; it must not be a way out through a descriptor that
 * the runtime has open ({@code /proc/self/fd/7}, CVE-2024-21626), by itself or by a link of the image.
 */
final class WorkingDirectory {
    private static final int MOST_LINKS = 40;

    private WorkingDirectory() {}

    /**
     * @param given as the image or the user has it; empty for {@code /}
     * @return absolute and normalised
     * @throws EngineException.InvalidInput when it is not absolute or leads to a descriptor
     */
    static String of(Path root, String given) throws IOException {
        if (given.isEmpty()) {
            return "/";
        }
        try {
            Path path = Path.of(given);
            if (!path.isAbsolute()) {
                throw new EngineException.InvalidInput(
                        "the working directory '" + given + "' is invalid, it needs to be an absolute path");
            }
            refuseDescriptor(given, path.normalize());
            refuseDescriptor(given, resolved(root, path, given));
            return path.normalize().toString();
        } catch (InvalidPathException e) {
            throw new EngineException.InvalidInput("the working directory '" + given + "' is invalid");
        }
    }

    /** {@code /proc/self/fd/…}, {@code /proc/self/root}, {@code …/cwd}: nobody works there. */
    private static void refuseDescriptor(String given, Path path) {
        if (path.startsWith("/proc") && path.getNameCount() > 2) {
            for (Path name : path) {
                String text = name.toString();
                if (text.equals("fd") || text.equals("root") || text.equals("cwd") || text.equals("map_files")) {
                    throw new EngineException.InvalidInput(
                            "the working directory '" + given + "' leads out of the container: " + path);
                }
            }
        }
    }

    /** Where the links of the image lead, within its root; what is not there stays as it is. */
    private static Path resolved(Path root, Path path, String given) throws IOException {
        Deque<Path> left = new ArrayDeque<>();
        path.forEach(left::addLast);
        Path at = Path.of("/");
        int links = 0;
        while (!left.isEmpty()) {
            Path name = left.removeFirst();
            if (name.toString().equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
                continue;
            }
            Path next = at.resolve(name).normalize();
            Path inRoot = root.resolve(next.toString().substring(1));
            if (!Files.isSymbolicLink(inRoot)) {
                at = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new EngineException.InvalidInput(
                        "the working directory '" + given + "' is a loop of symbolic links");
            }
            Path target = Files.readSymbolicLink(inRoot);
            at = target.isAbsolute() ? Path.of("/") : at;
            Deque<Path> names = new ArrayDeque<>();
            target.forEach(names::push);
            names.forEach(left::addFirst);
        }
        return at;
    }
}
