package io.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * dockerd 20.10 out of Debian's packages, unpacked and run in a folder of its own; nothing is installed. Its bridge
 * and its rules are the machine's, so that published ports cost what they cost; both are removed at the end.
 */
final class Dockerd implements Peer {
    private final Path folder;
    private final Path programs;
    private final Map<String, String> environment;
    private Process process;

    Dockerd(Path folder, Path programs) {
        this.folder = folder;
        this.programs = programs;
        this.environment = Map.of(
                "DOCKER_HOST", "unix://" + folder.resolve("docker.sock"),
                "DOCKER_CONFIG", folder.resolve("config").toString(),
                "PATH", programs.resolve("usr/bin") + ":" + programs.resolve("usr/sbin") + ":" + System.getenv("PATH"));
    }

    @Override
    public String name() {
        return "dockerd";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("DOCKER_HOST", environment.get("DOCKER_HOST"), "DOCKER_CONFIG", environment.get("DOCKER_CONFIG"));
    }

    @Override
    public void start() throws IOException {
        Files.createDirectories(folder);
        process = new Shell(environment)
                .start(
                        folder.resolve("dockerd.log"),
                        List.of(
                                programs.resolve("usr/sbin/dockerd").toString(),
                                "--data-root",
                                folder.resolve("data").toString(),
                                "--exec-root",
                                folder.resolve("exec").toString(),
                                "--pidfile",
                                folder.resolve("pid").toString(),
                                "--host",
                                environment.get("DOCKER_HOST"),
                                "--storage-driver",
                                "overlay2"));
        new Shell(environment())
                .run("for i in $(seq 300); do docker info >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1");
    }

    @Override
    public void startEmpty() throws IOException {
        stop();
        new Shell(Map.of()).run("rm -rf '" + folder.resolve("data") + "' '" + folder.resolve("exec") + "'");
        start();
    }

    private void stop() throws IOException {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public void close() {
        try {
            new Shell(environment()).run("docker ps -aq | xargs -r docker rm -f");
            stop();
            new Shell(Map.of()).run("""
                    rm -rf --one-file-system '%s'
                    ip link delete docker0 2>/dev/null
                    for table in nat filter; do
                      iptables-save -t $table 2>/dev/null | grep -E '^-A .*(DOCKER|docker0|172\\.17\\.0\\.0/16)' | sed 's/^-A/-D/' | while read -r rule; do eval iptables -t $table "$rule" 2>/dev/null; done
                      for chain in DOCKER DOCKER-ISOLATION-STAGE-1 DOCKER-ISOLATION-STAGE-2 DOCKER-USER; do iptables -t $table -F $chain 2>/dev/null; iptables -t $table -X $chain 2>/dev/null; done
                    done
                    true""".formatted(folder));
        } catch (IOException e) {
            System.err.println("dockerd leaves something behind: " + e.getMessage());
        }
    }
}
