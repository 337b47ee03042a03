package io.strata.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ContainerFixture.Asked;
import io.strata.runtime.process.ProcessSupervisor.ExecProcess;
import io.strata.runtime.spec.ContainerSpec.ConsoleSize;
import io.strata.runtime.spec.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Further processes in a running container. */
@Timeout(60)
class ExecIT {
    @TempDir
    Path home;

    private ContainerFixture fixture;
    private Asked container;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new ContainerFixture(home);
        container = fixture.asked("sleep", "1000").env("A=1", "B=2").user("alice");
        container.run();
    }

    @AfterEach
    void clean() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private ExecSpec spec(boolean terminal, Optional<String> user, String... args) {
        return new ExecSpec(
                container.bundle(),
                List.of(args),
                List.of("B=3"),
                Optional.empty(),
                user,
                false,
                terminal,
                Optional.of(new ConsoleSize(30, 90)));
    }

    private ExecProcess exec(ExecSpec spec, boolean stdin) throws Exception {
        byte[] id = new byte[32];
        ThreadLocalRandom.current().nextBytes(id);
        return fixture.supervisor.exec(
                container.id, HexFormat.of().formatHex(id), fixture.specs.process(spec), spec.terminal(), stdin);
    }

    @Test
    void outputAndExitCodeComeFromTheProcess() throws Exception {
        ExecProcess exec =
                exec(spec(false, Optional.empty(), "sh", "-c", "echo $A$B; id -u; pwd; echo e >&2; exit 4"), false);
        Received received = new Received();
        exec.streams().deliverTo(received);
        received.awaitEnd();
        assertThat(received.out()).isEqualTo("13\n1000\n/\n");
        assertThat(received.err()).isEqualTo("e\n");
        assertThat(exec.exit().get(20, TimeUnit.SECONDS)).isEqualTo(4);
        exec.streams().close();
    }

    @Test
    void anotherUserIsFoundInTheContainer() throws Exception {
        ExecProcess exec = exec(spec(false, Optional.of("root"), "sh", "-c", "id -u; echo $HOME"), false);
        Received received = new Received();
        exec.streams().deliverTo(received);
        received.awaitEnd();
        assertThat(received.out()).isEqualTo("0\n/root\n");
        assertThatThrownBy(() -> spec(Optional.of("nobody-there")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("unable to find user nobody-there: no matching entries in passwd file");
    }

    private byte[] spec(Optional<String> user) throws Exception {
        return fixture.specs.process(spec(false, user, "true"));
    }

    @Test
    void stdinEndsWhenTheClientSaysSo() throws Exception {
        ExecProcess exec = exec(spec(false, Optional.empty(), "sh", "-c", "cat; echo end"), true);
        Received received = new Received();
        exec.streams().deliverTo(received);
        byte[] large = "0123456789abcde\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        exec.streams().writeStdin(large, 0, large.length);
        exec.streams().closeStdin();
        received.awaitEnd();
        assertThat(received.out()).hasSize(large.length + 4).endsWith("end\n");
        assertThat(exec.exit().get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aTerminalHasASize() throws Exception {
        ExecProcess exec = exec(spec(true, Optional.empty(), "sh", "-c", "stty size; read a; stty size"), true);
        Received received = new Received();
        exec.streams().deliverTo(received);
        received.awaitOut("30 90");
        exec.resize(40, 100);
        exec.streams().writeStdin("\n".getBytes(StandardCharsets.UTF_8), 0, 1);
        received.awaitEnd();
        assertThat(received.out()).contains("40 100");
    }

    @Test
    void theRuntimesWordsTellWhyACommandCannotBeRun() throws Exception {
        assertThatThrownBy(() -> exec(spec(false, Optional.empty(), "no-such-program"), false))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("exec: \"no-such-program\": executable file not found in $PATH");
        assertThatThrownBy(() -> exec(spec(true, Optional.empty(), "/etc/passwd"), false))
                .hasMessageContaining("permission denied");
        try (Stream<Path> left = Files.list(container.bundle().resolve("execs"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aClientThatLeavesLetsTheProcessGoOn() throws Exception {
        ExecProcess exec =
                exec(spec(false, Optional.of("root"), "sh", "-c", "yes | head -c 3000000; echo > /tmp/done"), false);
        exec.streams().close();
        assertThat(exec.exit().get(20, TimeUnit.SECONDS)).isZero();
        assertThat(fixture.root.resolve("tmp/done")).exists();
    }

    @Test
    void aClientThatDoesNotReadStopsOnlyItsOwnExec() throws Exception {
        ExecProcess stuck = exec(spec(false, Optional.empty(), "yes"), false);
        ExecProcess other = exec(spec(false, Optional.empty(), "echo", "fine"), false);
        Received received = new Received();
        other.streams().deliverTo(received);
        received.awaitEnd();
        assertThat(received.out()).isEqualTo("fine\n");
        fixture.supervisor.signal(container.id, "KILL");
        assertThat(container.exit().code()).isEqualTo(137);
        stuck.streams().close();
        stuck.exit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void theContainersEndEndsIt() throws Exception {
        ExecProcess exec = exec(spec(false, Optional.empty(), "sleep", "1000"), false);
        fixture.supervisor.signal(container.id, "KILL");
        assertThat(exec.exit().get(20, TimeUnit.SECONDS)).isEqualTo(137);
    }
}
