package io.strata.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Strata itself, through its launcher, in a home and on ports of its own. */
final class StrataPeer implements Peer {
    private final Path root;
    private final Path home;
    private final Map<String, String> launcher;

    StrataPeer(Path root, Path home, int portBase, String upstreams) {
        this.root = root;
        this.home = home;
        this.launcher = Map.of(
                "STRATA_HOME", home.toString(),
                "STRATA_PORT_BASE", Integer.toString(portBase),
                "STRATA_UPSTREAMS", upstreams,
                "STRATA_STORE", System.getenv().getOrDefault("STRATA_STORE", "minio"));
    }

    @Override
    public String name() {
        return "strata";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("DOCKER_HOST", "unix://" + home + "/engine.sock", "DOCKER_CONFIG", home + "/config");
    }

    @Override
    public void start() throws IOException {
        new Shell(launcher).run("'" + root.resolve("strata") + "' up");
    }

    /** The services stay as warm as a cluster's are: an image of another name goes through them first. */
    @Override
    public void startEmpty() throws IOException {
        close();
        start();
        new Shell(environment()).run("docker pull -q redis && docker run --rm redis true && docker pull -q debian:13");
        new Shell(environment()).run("docker rmi -f redis debian:13");
    }

    /** Resident memory of the four services together, in MiB. */
    long memory() throws IOException {
        return Long.parseLong(new Shell(launcher)
                .output("'" + root.resolve("strata")
                        + "' status | awk '/^(registry-gateway|layer-store|container-runtime|commit-service)/ "
                        + "{sum += $(NF-1)} END {print sum}'"));
    }

    @Override
    public void close() {
        try {
            new Shell(launcher).run("'" + root.resolve("strata") + "' down --wipe");
        } catch (IOException e) {
            System.err.println("strata leaves something behind: " + e.getMessage());
        }
    }
}
