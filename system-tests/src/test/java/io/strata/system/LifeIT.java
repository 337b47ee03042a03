package io.strata.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's life by the docker command line: ps, stop, kill, logs, exec, cp, wait, rename, pause, top, stats, … */
class LifeIT {
    private final Strata strata = Strata.running();
    private String id;

    @BeforeAll
    static void pull() {
        Strata.running().ok("pull", "-q", "busybox");
    }

    @BeforeEach
    void start() {
        id = strata.ok(
                "run",
                "-d",
                "--name",
                "life",
                "busybox",
                "sh",
                "-c",
                "trap 'echo bye; exit 7' TERM; echo one; echo two >&2; while true; do sleep 0.1; done");
    }

    @AfterEach
    void remove() {
        strata.docker("rm", "-f", id);
    }

    @Test
    void psHasDockersColumns() {
        assertThat(strata.ok("ps"))
                .containsPattern("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES")
                .containsPattern(id.substring(0, 12) + " +busybox +\"sh -c 'trap.*Up .* life");
        assertThat(strata.ok("ps", "-s", "--format", "{{.Size}}", "--filter", "id=" + id))
                .matches("0B \\(virtual .*MB\\)");
        assertThat(strata.ok("ps", "-q", "--filter", "name=life")).isEqualTo(id.substring(0, 12));
    }

    @Test
    void stopAsksAndTheExitCodeIsKept() {
        strata.ok("stop", id);
        assertThat(strata.ok("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id))
                .isEqualTo("exited 7");
        assertThat(strata.ok("ps", "-a", "--format", "{{.Status}}", "--filter", "id=" + id))
                .startsWith("Exited (7)");
        assertThat(strata.ok("logs", id)).contains("one", "bye");
        strata.ok("start", id);
        assertThat(strata.ok("inspect", "--format", "{{.State.Running}}", id)).isEqualTo("true");
    }

    @Test
    void killWaitAndRestart() {
        strata.ok("kill", id);
        assertThat(strata.ok("wait", id)).isEqualTo("137");
        strata.ok("restart", id);
        assertThat(strata.ok("inspect", "--format", "{{.State.Running}}", id)).isEqualTo("true");
    }

    @Test
    void logsKeepTheTwoStreamsAndFollow() {
        Ran logs = strata.shell(
                "timeout 20 sh -c 'until docker logs life 2>/dev/null | grep -q one && docker logs life 2>&1 >/dev/null | grep -q two; do sleep 0.1; done'");
        assertThat(logs.exit()).isZero();
        assertThat(strata.shell("docker logs --tail 1 -t life 2>&1").out().strip())
                .matches("\\d{4}-\\d\\d-\\d\\dT.*Z .*");
        Ran followed = strata.shell("(sleep 1; docker stop life >/dev/null) & docker logs -f life 2>&1; wait");
        assertThat(followed.out()).contains("one", "two", "bye");
    }

    @Test
    void execRunsBesideAndTellsItsCode() {
        assertThat(strata.docker("exec", id, "sh", "-c", "echo in; exit 4")).isEqualTo(new Ran(4, "in\n", ""));
        assertThat(strata.dockerCommand("exec", "-i", id, "cat")
                        .input("piped")
                        .run()
                        .out())
                .isEqualTo("piped");
        assertThat(strata.docker("exec", id, "/no/such").exit()).isIn(126, 127);
        Ran shell = strata.shell("printf 'echo $((40+2))\\nexit\\n' | script -qec 'docker exec -it life sh' /dev/null");
        assertThat(shell.out()).contains("42");
    }

    @Test
    void diffAndCp(@TempDir Path folder) throws Exception {
        assertThat(strata.ok("diff", id)).isEmpty();
        strata.ok("exec", id, "sh", "-c", "echo new > /root/f; rm /etc/os-release");
        assertThat(strata.ok("diff", id).lines()).contains("A /root/f", "D /etc/os-release", "C /root", "C /etc");
        strata.ok("cp", id + ":/root/f", folder.resolve("f").toString());
        assertThat(folder.resolve("f")).hasContent("new");
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/g"), "from outside");
        strata.ok("cp", folder.resolve("d").toString(), id + ":/tmp/");
        assertThat(strata.ok("exec", id, "cat", "/tmp/d/g")).isEqualTo("from outside");
    }

    @Test
    void renamePauseTopStatsAndInspect() {
        strata.ok("rename", id, "living");
        assertThat(strata.ok("inspect", "--format", "{{.Name}}", "living")).isEqualTo("/living");
        strata.ok("pause", id);
        assertThat(strata.ok("ps", "--format", "{{.Status}}", "--filter", "id=" + id))
                .endsWith("(Paused)");
        strata.ok("unpause", id);
        assertThat(strata.ok("top", id)).contains("PID").contains("sh -c");
        assertThat(strata.ok("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", id))
                .matches("living [1-9].*");
        assertThat(strata.ok("inspect", "--format", "{{.HostConfig.NetworkMode}} {{.Config.Image}}", id))
                .matches("(bridge|default) busybox");
    }

    @Test
    void attachSeesTheOutputAndDetachKeysLeaveTheContainer() {
        String interactive = strata.ok("run", "-dit", "busybox", "sh");
        Ran ran = strata.shell(
                "(sleep 1; printf 'echo a$((1+1))b\\n'; sleep 1; printf '\\020\\021'; sleep 1) | script -qec 'docker attach "
                        + interactive + "' /dev/null");
        assertThat(ran.out()).contains("a2b");
        assertThat(strata.ok("inspect", "--format", "{{.State.Running}}", interactive))
                .isEqualTo("true");
        strata.ok("rm", "-f", interactive);
    }

    @Test
    void aTerminalIsResized() {
        Ran ran = strata.shell(
                "printf 'sleep 1\\nstty size\\nexit\\n' | script -qec 'stty rows 33 cols 99; docker run -it --rm busybox sh' /dev/null");
        assertThat(ran.out()).contains("33 99");
    }

    @Test
    void whatStrataDoesNotHaveIs501WithItsName() {
        for (String call :
                new String[] {"/swarm", "/plugins", "/secrets", "/configs", "/services", "/nodes", "/tasks"}) {
            Ran ran = strata.shell(
                    "curl -sS -w '%{http_code}' --unix-socket $STRATA_HOME/engine.sock http://d/v1.50" + call);
            assertThat(ran.out())
                    .as(call)
                    .contains("\"message\"")
                    .contains("not implemented")
                    .endsWith("501");
        }
    }

    @Test
    void theEndpointIsForItsOwnerAndGroupOnly() throws Exception {
        assertThat(strata.shell("stat -Lc %a $STRATA_HOME/engine.sock").out().strip())
                .isEqualTo("660");
    }
}
