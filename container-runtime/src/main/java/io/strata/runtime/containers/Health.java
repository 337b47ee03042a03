package io.strata.runtime.containers;

import java.time.Instant;
import java.util.List;

/** What a container's health check found; {@code log} has the last probes, the oldest first. */
public record Health(Status status, int failingStreak, List<Probe> log) {
    static final Health STARTING = new Health(Status.STARTING, 0, List.of());

    private static final int KEPT = 5;

    public enum Status {
        STARTING,
        HEALTHY,
        UNHEALTHY;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** {@code exitCode} is -1 when the probe took too long; {@code output} is cut at 4 KiB. */
    public record Probe(Instant start, Instant end, int exitCode, String output) {}

    public Health {
        log = List.copyOf(log);
    }

    /**
     * @param retries failures in a row that make it unhealthy
     * @param grace   failures do not count yet, as the container is starting
     */
    Health after(Probe probe, int retries, boolean grace) {
        List<Probe> probes = new java.util.ArrayList<>(log);
        probes.add(probe);
        List<Probe> kept = probes.subList(Math.max(0, probes.size() - KEPT), probes.size());
        if (probe.exitCode() == 0) {
            return new Health(Status.HEALTHY, 0, kept);
        }
        if (grace && status == Status.STARTING) {
            return new Health(status, failingStreak, kept);
        }
        int streak = failingStreak + 1;
        return new Health(streak >= retries ? Status.UNHEALTHY : status, streak, kept);
    }
}
