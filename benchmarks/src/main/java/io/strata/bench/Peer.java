package io.strata.bench;

import java.io.IOException;
import java.util.Map;

/** A container engine that the docker command line speaks to, in a folder of its own, with an empty store when it starts. */
interface Peer extends AutoCloseable {
    String name();

    /** What the docker client needs to find it: {@code DOCKER_HOST}, {@code DOCKER_CONFIG}. */
    Map<String, String> environment();

    void start() throws IOException;

    /** Stops it and starts it again with nothing in its stores: for rows that say cold. */
    void startEmpty() throws IOException;

    @Override
    void close();
}
