package io.strata.runtime.cluster;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A machine of the cluster, as it told of itself.
 *
 * @param socket   of its Docker endpoint; reachable from the same machine only
 * @param hostname of the machine
 */
public record Node(String name, Path socket, String hostname, Instant heartbeat) {}
