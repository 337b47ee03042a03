package io.strata.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.process.ContainerFixture.Asked;
import io.strata.runtime.process.ContainerFixture.Ran;
import io.strata.runtime.process.ProcessSupervisor.Exit;
import io.strata.runtime.process.ProcessSupervisor.Status;
import io.strata.runtime.spec.Resources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of real containers: streams, ends, signals, and a service that goes and comes back. */
@Timeout(60)
class ConmonSupervisorIT {
    @TempDir
    Path home;

    private ContainerFixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new ContainerFixture(home);
    }

    @AfterEach
    void clean() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private ConmonSupervisor supervisor() {
        return fixture.supervisor;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void type(Streams streams, String text) throws Exception {
        streams.writeStdin(bytes(text), 0, text.length());
    }

    @Test
    void outputsAndExitCodeAreKept() throws Exception {
        Ran ran = fixture.asked("sh", "-c", "echo out; echo err >&2; exit 7").toEnd();
        assertThat(ran).isEqualTo(new Ran(7, "out\n", "err\n"));
    }

    @Test
    void lifeGoesFromCreatedToAbsent() throws Exception {
        Asked asked = fixture.asked("sleep", "1000");
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.ABSENT);
        asked.create();
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.CREATED);
        supervisor().start(asked.id);
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.RUNNING);
        supervisor().pause(asked.id);
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.PAUSED);
        supervisor().resume(asked.id);
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.RUNNING);
        supervisor().signal(asked.id, "kill");
        assertThat(asked.exit().code()).isEqualTo(137);
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.STOPPED);
        supervisor().delete(asked.id);
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.ABSENT);
    }

    @Test
    void aStoppedContainerRunsAgainAndItsLogGoesOn() throws Exception {
        Asked asked = fixture.asked("echo", "once more");
        asked.toEnd();
        supervisor().delete(asked.id);
        Ran again = asked.toEnd();
        assertThat(again).isEqualTo(new Ran(0, "once more\nonce more\n", ""));
    }

    @Test
    void theRuntimesWordsTellWhyACommandCannotBeRun() throws Exception {
        Asked missing = fixture.asked("no-such-program");
        assertThatThrownBy(missing::create)
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("exec: \"no-such-program\": executable file not found in $PATH");
        assertThat(supervisor().status(missing.id)).isEqualTo(Status.ABSENT);
        assertThatThrownBy(fixture.asked("/etc/passwd")::create).hasMessageContaining("permission denied");
        assertThatThrownBy(fixture.asked("/no/such")::create).hasMessageContaining("no such file or directory");
    }

    @Test
    void signalsReachTheProcess() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done");
        asked.create();
        Received received = new Received();
        supervisor().attach(asked.id, false).deliverTo(received);
        supervisor().start(asked.id);
        received.awaitOut("ready");
        supervisor().signal(asked.id, "SIGUSR1");
        assertThat(asked.exit().code()).isEqualTo(42);
        assertThatThrownBy(() -> supervisor().signal(asked.id, "NOPE")).hasMessage("invalid signal: NOPE");
    }

    @Test
    void stdinOfAPipeEndsWithItsClient() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "cat /dev/stdin; echo end").stdin(true);
        asked.create();
        Received received = new Received();
        Streams streams = supervisor().attach(asked.id, true);
        streams.deliverTo(received);
        supervisor().start(asked.id);
        type(streams, "hello\n");
        received.awaitOut("hello");
        streams.closeStdin();
        received.awaitEnd();
        assertThat(received.out()).isEqualTo("hello\nend\n");
        assertThat(asked.exit().code()).isZero();
    }

    @Test
    void stdinThatIsNotForOneClientStaysOpen() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "read a; echo 1 $a; read b; echo 2 $b")
                .stdin(false);
        asked.create();
        Received first = new Received();
        try (Streams streams = supervisor().attach(asked.id, true)) {
            streams.deliverTo(first);
            supervisor().start(asked.id);
            type(streams, "x\n");
            first.awaitOut("1 x");
            streams.closeStdin();
        }
        Received second = new Received();
        try (Streams streams = supervisor().attach(asked.id, true)) {
            streams.deliverTo(second);
            type(streams, "y\n");
            second.awaitEnd();
        }
        assertThat(second.out()).isEqualTo("2 y\n");
    }

    @Test
    void aServiceThatComesBackFindsEverything() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "echo before; read a; echo got $a; read b; echo then $b; exit 3")
                .stdin(true);
        asked.run();
        Received lost = new Received();
        supervisor().attach(asked.id, false).deliverTo(lost);
        fixture.restartService();
        assertThat(supervisor().status(asked.id)).isEqualTo(Status.RUNNING);
        assertThat(supervisor().pid(asked.id)).isPresent();
        Received received = new Received();
        Streams streams = supervisor().attach(asked.id, true);
        streams.deliverTo(received);
        type(streams, "one\n");
        received.awaitOut("got one");
        type(streams, "two\n");
        received.awaitEnd();
        assertThat(asked.exit().code()).isEqualTo(3);
        assertThat(asked.output(1)).isEqualTo("before\ngot one\nthen two\n");
    }

    @Test
    void anEndWhileTheServiceWasAwayIsSeen() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "exit 9");
        asked.run();
        asked.exit();
        fixture.restartService();
        assertThat(asked.exit().code()).isEqualTo(9);
    }

    @Test
    void aContainerWhoseConmonWasKilledEndsAs255() throws Exception {
        Asked asked = fixture.asked("sleep", "1000");
        asked.run();
        long conmon = Long.parseLong(
                Files.readString(asked.bundle().resolve("conmon.pid")).strip());
        ProcessHandle.of(conmon).orElseThrow().destroyForcibly();
        supervisor().signal(asked.id, "KILL");
        assertThat(asked.exit().code()).isEqualTo(255);
    }

    @Test
    void aTerminalTakesInputAndASize() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "stty size; read a; stty size; echo got $a >&2")
                .terminal()
                .stdin(true);
        asked.create();
        Received received = new Received();
        Streams streams = supervisor().attach(asked.id, true);
        streams.deliverTo(received);
        supervisor().start(asked.id);
        received.awaitOut("24 80");
        supervisor().resize(asked.id, 50, 132);
        type(streams, "word\n");
        received.awaitEnd();
        assertThat(received.out()).contains("50 132").contains("got word\r\n");
        assertThat(received.err()).isEmpty();
    }

    @Test
    void aTerminalsInputOutlivesTheService() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "read a; echo 1 $a; read b; echo 2 $b")
                .terminal()
                .stdin(false);
        asked.run();
        try (Streams streams = supervisor().attach(asked.id, true)) {
            type(streams, "x\n");
        }
        fixture.restartService();
        Received received = new Received();
        Streams streams = supervisor().attach(asked.id, true);
        streams.deliverTo(received);
        type(streams, "y\n");
        received.awaitEnd();
        assertThat(asked.exit().code()).isZero();
        assertThat(asked.output(1)).contains("1 x").contains("2 y");
    }

    @Test
    void aClientThatDoesNotReadStopsNobodyAndLosesNothing() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "yes 0123456789abcde | head -c 8000000; exit 5");
        asked.create();
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        long[] got = {0};
        supervisor().attach(asked.id, false).deliverTo(new Streams.Output() {
            @Override
            public void write(int stream, byte[] data, int offset, int length) {
                try {
                    read.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                got[0] += length;
            }

            @Override
            public void ended() {
                ended.countDown();
            }
        });
        supervisor().start(asked.id);
        assertThat(asked.exit().code()).isEqualTo(5);
        read.countDown();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(got[0]).isEqualTo(8_000_000);
    }

    @Test
    void aContainerOutOfMemoryIsToldSo() throws Exception {
        Resources small = new Resources(16 << 20, 0, 0, -1, false, 0, 0, 0, 0, "", "", 0, 0, List.of());
        Asked asked = fixture.asked("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")
                .resources(small);
        asked.run();
        Exit exit = asked.exit();
        assertThat(exit).extracting(Exit::code, Exit::oomKilled).containsExactly(137, true);
    }

    @Test
    void topAndSampleShowTheContainersProcesses() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "sleep 1000 & sleep 1001");
        asked.run();
        CgroupSample sample = supervisor().sample(asked.id);
        assertThat(sample.memoryUsage()).isPositive();
        assertThat(sample.onlineCpus()).isPositive();
        assertThat(sample.hostCpuNanos()).isPositive();
        ProcessSupervisor.Top top = supervisor().top(asked.id, "");
        assertThat(top.titles()).contains("PID", "CMD");
        assertThat(top.processes())
                .isNotEmpty()
                .allMatch(line -> line.size() == top.titles().size());
        assertThat(top.processes()).anyMatch(line -> line.getLast().contains("sleep 1001"));
        assertThatThrownBy(() -> supervisor().top(asked.id, "-o x=PID,cmd")).hasMessageContaining("is not allowed");
    }

    @Test
    void onlyTheAskedAmountOfLogIsKept() throws Exception {
        Asked asked = fixture.asked("sh", "-c", "i=0; while [ $i -lt 4000 ]; do echo line $i; i=$((i+1)); done")
                .logLimits(new LogLimits(32 * 1024, 3));
        asked.toEnd();
        long bytes = 0;
        try (var files = Files.list(asked.bundle())) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("log"))
                    .toList()) {
                if (!file.endsWith("log.0")) {
                    bytes += Files.size(file);
                }
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(3 * 32 * 1024);
        assertThat(asked.output(1)).endsWith("line 3998\nline 3999\n");
    }
}
