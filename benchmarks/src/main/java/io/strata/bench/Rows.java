package io.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The rows that compare engines. */
final class Rows {
    private static final String DROP_CACHES = "sync; echo 3 > /proc/sys/vm/drop_caches 2>/dev/null || true";

    private Rows() {}

    /** @param registry {@code host:port} of the upstream, as it stands in an image's name */
    static List<Row> all(String registry) {
        return List.of(new ColdPull(registry), new WarmRun(registry), new SmallCommit(registry));
    }

    private static String tomcat(String registry) {
        return registry + "/library/tomcat:latest";
    }

    /** Every store is emptied and the page cache dropped; the images come from one docker-registry on loopback. */
    record ColdPull(String registry) implements Row {
        @Override
        public String name() {
            return "cold-pull";
        }

        @Override
        public String compared() {
            return "docker pull of tomcat, empty stores, until docker create would work";
        }

        @Override
        public double target() {
            return 0.35;
        }

        @Override
        public void prepare(Peer peer) {
            // each run begins with nothing
        }

        @Override
        public Duration run(Peer peer) throws IOException {
            peer.startEmpty();
            Shell shell = new Shell(peer.environment());
            shell.run(DROP_CACHES);
            return shell.time("docker pull -q " + tomcat(registry));
        }
    }

    record WarmRun(String registry) implements Row {
        @Override
        public String name() {
            return "warm-run";
        }

        @Override
        public String compared() {
            return "docker run --rm tomcat true, image there";
        }

        @Override
        public double target() {
            return 0.6;
        }

        @Override
        public void prepare(Peer peer) throws IOException {
            new Shell(peer.environment())
                    .run("docker pull -q %1$s; for i in 1 2 3 4 5; do docker run --rm %1$s true; done"
                            .formatted(tomcat(registry)));
        }

        @Override
        public Duration run(Peer peer) throws IOException {
            return new Shell(peer.environment()).time("docker run --rm " + tomcat(registry) + " true");
        }

        @Override
        public int runs() {
            return 15;
        }
    }

    record SmallCommit(String registry) implements Row {
        @Override
        public String name() {
            return "small-commit";
        }

        @Override
        public String compared() {
            return "docker commit of a running container that wrote one file of 1 KB";
        }

        @Override
        public double target() {
            return 1.0;
        }

        @Override
        public void prepare(Peer peer) throws IOException {
            Shell shell = new Shell(peer.environment());
            shell.run("docker pull -q " + tomcat(registry));
            shell.run("docker rm -f committed 2>/dev/null; docker run -d --name committed " + tomcat(registry)
                    + " sh -c 'head -c 1000 /dev/urandom > /root/f; sleep 100000'");
            shell.run(
                    "until docker diff committed | grep -q /root/f; do :; done; for i in 1 2 3; do docker commit committed warm:$i; done");
        }

        @Override
        public Duration run(Peer peer) throws IOException {
            return new Shell(peer.environment()).time("docker commit committed small:" + System.nanoTime());
        }

        @Override
        public int runs() {
            return 15;
        }
    }
}
