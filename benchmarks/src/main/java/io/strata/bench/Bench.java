package io.strata.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the rows, peer and Strata in turn, and prints a table with ratios first and a line of JSON a row.
 *
 * <p>{@code Bench ROOT FOLDER PROGRAMS REGISTRY PORT_BASE [ROW…]}: the project, a folder for all state, dockerd's unpacked
 * packages, {@code host:port} of the registry with the images, and Strata's first port. {@code ./strata bench} calls it.
 */
public final class Bench {
    private Bench() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 5) {
            System.err.println("usage: Bench ROOT FOLDER PROGRAMS REGISTRY PORT_BASE [ROW…]");
            System.exit(64);
        }
        Path folder = Path.of(args[1]);
        String registry = args[3];
        List<String> wanted = List.of(args).subList(5, args.length);
        List<Row> rows = Rows.all(registry).stream()
                .filter(row -> wanted.isEmpty() || wanted.contains(row.name()))
                .toList();
        if (rows.isEmpty()) {
            System.err.println("there is no row " + wanted + "; the rows are "
                    + Rows.all(registry).stream().map(Row::name).toList());
            System.exit(64);
        }
        boolean allMet = true;
        try (Dockerd dockerd = new Dockerd(folder.resolve("dockerd"), Path.of(args[2]));
                StrataPeer strata = new StrataPeer(
                        Path.of(args[0]),
                        folder.resolve("s"),
                        Integer.parseInt(args[4]),
                        "docker.io=http://" + registry)) {
            dockerd.start();
            strata.start();
            System.out.printf(
                    "%n%-14s %7s %8s  %-22s %-22s %s%n",
                    "ROW", "RATIO", "TARGET", "DOCKERD median (range)", "STRATA median (range)", "COMPARED");
            for (Row row : rows) {
                allMet &= measured(row, dockerd, strata);
            }
            long memory = strata.memory();
            System.out.printf("%-14s %7s %8s  %-22s %d MiB%n", "memory", "", "1024 MiB", "", memory);
            System.out.printf("{\"row\":\"memory\",\"unit\":\"MiB\",\"strata\":%d,\"target\":1024}%n", memory);
        }
        System.out.println(allMet ? "every row meets its target" : "not every row meets its target");
    }

    private static boolean measured(Row row, Peer peer, Peer strata) throws IOException {
        Map<Peer, List<Duration>> times = new LinkedHashMap<>();
        for (Peer each : List.of(peer, strata)) {
            row.prepare(each);
            times.put(each, new ArrayList<>());
        }
        for (int run = 0; run < row.runs(); run++) {
            for (Peer each : List.of(peer, strata)) {
                times.get(each).add(row.run(each));
            }
        }
        Spread theirs = Spread.of(times.get(peer));
        Spread ours = Spread.of(times.get(strata));
        double ratio = ours.median() / theirs.median();
        System.out.printf(
                Locale.ROOT,
                "%-14s %7.2f %8.2f  %-22s %-22s %s%n",
                row.name(),
                ratio,
                row.target(),
                theirs,
                ours,
                row.compared());
        System.out.printf(
                Locale.ROOT,
                "{\"row\":\"%s\",\"unit\":\"s\",\"ratio\":%.3f,\"target\":%.2f,\"peer\":\"%s\",\"peerMedian\":%.4f,\"strataMedian\":%.4f,\"runs\":%d}%n",
                row.name(),
                ratio,
                row.target(),
                peer.name(),
                theirs.median(),
                ours.median(),
                row.runs());
        return ratio <= row.target();
    }

    /** Median and range, in seconds. */
    record Spread(double median, double least, double most) {
        static Spread of(List<Duration> times) {
            double[] seconds =
                    times.stream().mapToDouble(t -> t.toNanos() / 1e9).sorted().toArray();
            int middle = seconds.length / 2;
            double median = seconds.length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
            return new Spread(median, seconds[0], seconds[seconds.length - 1]);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f s (%.3f–%.3f)", median, least, most);
        }
    }
}
