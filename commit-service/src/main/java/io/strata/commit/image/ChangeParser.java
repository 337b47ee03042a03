package io.strata.commit.image;

import io.strata.commit.errors.CommitException.InvalidInput;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code --change}: those Dockerfile instructions that {@code docker commit} takes (moby, {@code builder/dockerfile}). */
final class ChangeParser {
    private static final Set<String> NEVER_TRIGGERS = Set.of("from", "maintainer");

    private ChangeParser() {}

    /** @throws InvalidInput with Docker's words */
    static List<Change> parse(List<String> changes) {
        List<Change> parsed = new ArrayList<>();
        for (String line : logicalLines(changes)) {
            String[] parts = line.split("\\s+", 2);
            parsed.add(instruction(parts[0].toLowerCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : ""));
        }
        return parsed;
    }

    /** Lines without comments and empty ones, continued lines joined. */
    private static List<String> logicalLines(List<String> changes) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String physical : String.join("\n", changes).split("\\R", -1)) {
            String line = physical.stripTrailing();
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            if (line.endsWith("\\")) {
                current.append(line, 0, line.length() - 1);
                continue;
            }
            lines.add(current.append(line).toString().strip());
            current.setLength(0);
        }
        if (!current.toString().isBlank()) {
            lines.add(current.toString().strip());
        }
        return lines;
    }

    private static Change instruction(String name, String rest) {
        return switch (name) {
            case "env" -> new Change.Env(Words.pairs("ENV", rest));
            case "label" -> new Change.Label(Words.pairs("LABEL", rest));
            case "cmd" -> {
                List<String> exec = json(rest);
                yield exec != null ? new Change.Cmd(exec, false) : new Change.Cmd(shell(rest), true);
            }
            case "entrypoint" -> {
                List<String> exec = json(rest);
                yield exec != null ? new Change.Entrypoint(exec, false) : new Change.Entrypoint(shell(rest), true);
            }
            case "expose" -> new Change.Expose(words("EXPOSE", rest));
            case "onbuild" -> onBuild(rest);
            case "stopsignal" -> new Change.StopSignal(one("STOPSIGNAL", rest));
            case "user" -> new Change.User(one("USER", rest));
            case "volume" -> volume(rest);
            case "workdir" -> {
                if (rest.isEmpty()) {
                    throw new InvalidInput("WORKDIR requires exactly one argument");
                }
                yield new Change.WorkDir(rest);
            }
            case "healthcheck" -> HealthcheckParser.parse(rest);
            default -> throw new InvalidInput(name + " is not a valid change command");
        };
    }

    private static List<String> shell(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    private static List<String> words(String instruction, String rest) {
        List<String> words = Words.split(rest);
        if (words.isEmpty()) {
            throw new InvalidInput(instruction + " requires at least one argument");
        }
        return words;
    }

    private static String one(String instruction, String rest) {
        List<String> words = Words.split(rest);
        if (words.size() != 1) {
            throw new InvalidInput(instruction + " requires exactly one argument");
        }
        return words.getFirst();
    }

    private static Change volume(String rest) {
        List<String> given = json(rest);
        List<String> paths = given != null ? given : words("VOLUME", rest);
        if (paths.isEmpty()) {
            throw new InvalidInput("VOLUME requires at least one argument");
        }
        return new Change.Volume(paths);
    }

    private static Change onBuild(String rest) {
        String trigger = rest.split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
        if (trigger.isEmpty()) {
            throw new InvalidInput("ONBUILD requires at least one argument");
        }
        if (trigger.equals("onbuild")) {
            throw new InvalidInput("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        if (NEVER_TRIGGERS.contains(trigger)) {
            throw new InvalidInput(trigger.toUpperCase(Locale.ROOT) + " isn't allowed as an ONBUILD trigger");
        }
        return new Change.OnBuild(rest);
    }

    /** The strings of a JSON list, or null when it is none: then it is the shell form, as in a Dockerfile. */
    static List<String> json(String text) {
        if (!text.startsWith("[")) {
            return null;
        }
        try {
            Object[] items = OciJson.read(text.getBytes(StandardCharsets.UTF_8), Object[].class);
            List<String> strings = new ArrayList<>();
            for (Object item : items) {
                if (!(item instanceof String string)) {
                    return null;
                }
                strings.add(string);
            }
            return List.copyOf(strings);
        } catch (InvalidManifestException notJson) {
            return null;
        }
    }
}
