package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service is killed in the middle, and started again: nothing is half named, nothing is lost, a repeat works. */
@Tag("long")
class CrashIT {
    private final Strata strata = Strata.running();

    private void kill(String process) throws Exception {
        long pid = Files.readAllLines(strata.home().resolve("run/" + process)).stream()
                .filter(line -> line.startsWith("pid="))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .findFirst()
                .orElseThrow();
        ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    /** @return how long until all works again */
    private Duration startAgain() {
        long begin = System.nanoTime();
        Ran up = strata.launcher("up");
        assertThat(up.exit()).as(up.all()).isZero();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @AfterEach
    void allRuns() {
        startAgain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry-gateway", "layer-store", "container-runtime"})
    void killedInTheMiddleOfAPull(String process) throws Exception {
        strata.docker("rmi", "-f", "tomcat");
        Process pull = strata.dockerCommand("pull", "tomcat").start();
        pull.inputReader().readLine();
        kill(process);
        Duration again = startAgain();
        assertThat(again).isLessThan(Duration.ofSeconds(20));
        assertThat(pull.waitFor(60, java.util.concurrent.TimeUnit.SECONDS))
                .as("the command ends")
                .isTrue();
        int exit = pull.exitValue();
        if (exit != 0) {
            assertThat(strata.docker("image", "inspect", "tomcat").exit())
                    .as("no name of a broken pull")
                    .isEqualTo(1);
        }
        assertThat(strata.ok("pull", "tomcat")).containsPattern("Status: ");
        assertThat(strata.ok("run", "--rm", "tomcat", "echo", "runs")).isEqualTo("runs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit-service", "container-runtime", "registry-gateway", "layer-store"})
    void killedInTheMiddleOfACommit(String process) throws Exception {
        strata.ok("pull", "-q", "busybox");
        String id =
                strata.ok("run", "-d", "busybox", "sh", "-c", "head -c 60000000 /dev/urandom > /root/big; sleep 600");
        strata.shell("timeout 30 sh -c 'until [ $(docker exec " + id
                + " stat -c %s /root/big 2>/dev/null || echo 0) = 60000000 ]; do sleep 0.1; done'");
        String name = "crashed:" + process;
        Process commit = strata.dockerCommand("commit", id, name).start();
        // The container is frozen while its layer is captured: then the commit is in the middle.
        strata.shell("timeout 10 sh -c 'until grep -qx FROZEN /sys/fs/cgroup/freezer/strata/" + id
                + "/freezer.state 2>/dev/null || grep -qx 1 $(find /sys/fs/cgroup -path \"*" + id
                + "*\" -name cgroup.freeze 2>/dev/null) /dev/null; do :; done'");
        kill(process);
        startAgain();
        assertThat(commit.waitFor(60, java.util.concurrent.TimeUnit.SECONDS))
                .as("the command ends")
                .isTrue();
        Ran repeat = strata.docker("commit", id, name);
        assertThat(repeat.exit()).as(repeat.all()).isZero();
        assertThat(strata.ok("run", "--rm", name, "stat", "-c", "%s", "/root/big"))
                .isEqualTo("60000000");
        assertThat(strata.ok("inspect", "--format", "{{.State.Status}}", id))
                .as("not left paused")
                .isEqualTo("running");
        strata.ok("rm", "-f", id);
        strata.ok("rmi", name);
    }

    @Test
    void aContainerOutlivesItsService() throws Exception {
        strata.ok("pull", "-q", "busybox");
        int port = Strata.freePort();
        String server = strata.ok(
                "run",
                "-d",
                "-p",
                port + ":80",
                "busybox",
                "sh",
                "-c",
                "echo before; while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nhello' | nc -l -p 80 >/dev/null; done");
        String shortLived = strata.ok("run", "-d", "busybox", "sh", "-c", "sleep 3; echo done; exit 5");
        String waiting = strata.ok("run", "-di", "busybox", "sh", "-c", "read line; echo got $line; exit 6");
        long pid = Long.parseLong(strata.ok("inspect", "--format", "{{.State.Pid}}", server));
        kill("container-runtime");
        assertThat(ProcessHandle.of(pid)).as("the container's process").isPresent();
        startAgain();
        assertThat(strata.ok("inspect", "--format", "{{.State.Status}} {{.State.Pid}}", server))
                .isEqualTo("running " + pid);
        assertThat(strata.ok("logs", server)).isEqualTo("before");
        assertThat(strata.shell("curl -sS --retry 10 --retry-all-errors --retry-delay 1 -m 5 http://127.0.0.1:" + port)
                        .out())
                .isEqualTo("hello");
        assertThat(strata.ok("wait", shortLived)).isEqualTo("5");
        assertThat(strata.ok("logs", shortLived)).isEqualTo("done");
        strata.dockerCommand("attach", waiting).input("a line\n").run();
        assertThat(strata.ok("wait", waiting)).isEqualTo("6");
        assertThat(strata.ok("logs", waiting)).contains("got a line");
        for (String id : List.of(server, shortLived, waiting)) {
            strata.ok("rm", "-f", id);
        }
    }

    @Test
    void noMountStaysOfARemovedContainer() throws Exception {
        strata.ok("pull", "-q", "busybox");
        String id = strata.ok("run", "-d", "busybox", "sleep", "600");
        kill("container-runtime");
        startAgain();
        strata.ok("rm", "-f", id);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(id);
    }
}
