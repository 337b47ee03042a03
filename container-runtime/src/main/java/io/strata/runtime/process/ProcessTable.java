package io.strata.runtime.process;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessSupervisor.Top;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code docker top}: the node's own ps, and of its lines those of the container. Nothing of the container is run. */
final class ProcessTable {
    /** ps lets a column have any title; one called PID that holds something else would show other processes. */
    private static final Pattern TITLED = Pattern.compile("\\s+([^\\s]*)=\\s*(PID[^\\s]*)");

    private ProcessTable() {}

    /**
     * @param arguments of ps; empty for {@code -ef}
     * @throws EngineException.InvalidInput with Docker's words
     */
    static Top of(Collection<Long> pids, String arguments) throws IOException {
        String words = arguments.isBlank() ? "-ef" : arguments.strip();
        Matcher titled = TITLED.matcher(words);
        while (titled.find()) {
            if (!titled.group(1).equals("pid")) {
                throw new EngineException.InvalidInput(
                        "specifying \"" + titled.group(1) + "=" + titled.group(2) + "\" is not allowed");
            }
        }
        List<String> lines = run(words);
        List<String> titles = fields(lines.getFirst());
        int pidColumn = titles.indexOf("PID");
        if (pidColumn < 0) {
            throw new EngineException.InvalidInput("Couldn't find PID field in ps output");
        }
        Set<String> wanted = pids.stream().map(String::valueOf).collect(Collectors.toSet());
        List<List<String>> processes = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = fields(line);
            if (fields.size() > pidColumn && wanted.contains(fields.get(pidColumn))) {
                processes.add(merged(fields, titles.size()));
            }
        }
        return new Top(titles, processes);
    }

    /** A command has spaces: what is too much belongs to the last column. */
    private static List<String> merged(List<String> fields, int columns) {
        if (fields.size() <= columns) {
            return fields;
        }
        List<String> merged = new ArrayList<>(fields.subList(0, columns - 1));
        merged.add(String.join(" ", fields.subList(columns - 1, fields.size())));
        return merged;
    }

    private static List<String> fields(String line) {
        return Arrays.stream(line.split("[ \t\f\r]+"))
                .filter(field -> !field.isEmpty())
                .toList();
    }

    private static List<String> run(String words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ps"));
        command.addAll(fields(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0 || said.isBlank()) {
                throw new EngineException.InvalidInput(
                        "ps: " + said.lines().findFirst().orElse("no output"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("ps was interrupted", e);
        }
        return said.lines().toList();
    }
}
