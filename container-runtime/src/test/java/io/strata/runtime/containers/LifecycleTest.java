package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.process.ProcessSupervisor.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    private FakeNode node;

    @BeforeEach
    void start(@TempDir Path home) {
        node = new FakeNode(home);
    }

    private static int within(CompletableFuture<Integer> wait)
            throws InterruptedException, ExecutionException, TimeoutException {
        return wait.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRunIsToldFromStartToEnd() throws Exception {
        Container web = node.add("web", "{}");
        CompletableFuture<Integer> wait = node.lifecycle.await(web.id(), Waits.Condition.NEXT_EXIT);
        node.lifecycle.start(web.id());
        assertThat(node.now(web).running()).isTrue();
        assertThatThrownBy(() -> node.lifecycle.start(web.id())).isInstanceOf(EngineException.NotModified.class);

        node.supervisor.end(web.id(), 7);

        assertThat(within(wait)).isEqualTo(7);
        assertThat(node.now(web).state()).isEqualTo(State.EXITED);
        assertThat(node.now(web).run().exitCode()).isEqualTo(7);
        assertThat(node.store.told).containsExactly("ContainerStarted", "ContainerDied");
        assertThat(node.asked).contains("NodeNetwork.disconnect", "Snapshots.unmount");
    }

    @Test
    void aStartThatFailsUndoesEverythingAndSaysWhy() {
        Container web = node.add("web", "{}");
        node.supervisor.refusal = Optional.of("exec: \"nope\": executable file not found in $PATH");
        assertThatThrownBy(() -> node.lifecycle.start(web.id()))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("executable file not found in $PATH")
                .hasMessageStartingWith("failed to create task for container");
        assertThat(node.now(web).run().exitCode()).isEqualTo(127);
        assertThat(node.now(web).state()).isEqualTo(State.CREATED);
        assertThat(node.supervisor.status(web.id())).isEqualTo(Status.ABSENT);
        assertThat(node.asked).contains("NodeNetwork.disconnect", "Snapshots.unmount");
        assertThat(node.store.told).isEmpty();
    }

    @Test
    void aFailedStartWithRmRemovesTheContainerAndAnswersWhoWaits() throws Exception {
        Container web = node.add("web", "{\"AutoRemove\":true}");
        node.supervisor.refusal = Optional.of("permission denied");
        CompletableFuture<Integer> removed = node.lifecycle.await(web.id(), Waits.Condition.REMOVED);
        assertThatThrownBy(() -> node.lifecycle.start(web.id())).isInstanceOf(EngineException.InvalidInput.class);
        assertThat(within(removed)).isEqualTo(126);
        assertThat(node.store.byId(web.id())).isEmpty();
    }

    @Test
    void stopSendsTheSignalAndThenKills() {
        Container web = node.add("web", "{\"RestartPolicy\":{\"Name\":\"always\"}}");
        node.lifecycle.start(web.id());
        node.supervisor.obedient = false;
        node.lifecycle.stop(web.id(), Optional.empty(), Optional.of(0L));
        assertThat(node.supervisor.signals).containsExactly("SIGTERM", "SIGKILL");
        assertThat(node.now(web).run().exitCode()).isEqualTo(137);
        assertThat(node.now(web).state()).as("its user stopped it").isEqualTo(State.EXITED);
        assertThat(node.acted).contains("kill", "stop");
        assertThatThrownBy(() -> node.lifecycle.stop(web.id(), Optional.empty(), Optional.empty()))
                .isInstanceOf(EngineException.NotModified.class);
    }

    @Test
    void aPolicyStartsAContainerAgainAndCounts() throws Exception {
        Container web = node.add("web", "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":1}}");
        node.lifecycle.start(web.id());
        CompletableFuture<Integer> first = node.lifecycle.await(web.id(), Waits.Condition.NEXT_EXIT);
        node.supervisor.end(web.id(), 1);
        within(first);
        assertThat(node.now(web).run().restartCount()).isEqualTo(1);
        CompletableFuture<Integer> second = node.lifecycle.await(web.id(), Waits.Condition.NEXT_EXIT);
        node.runs.again(web.id());
        assertThat(node.now(web).running()).isTrue();
        node.supervisor.end(web.id(), 1);
        within(second);
        assertThat(node.now(web).state()).isEqualTo(State.EXITED);
    }

    @Test
    void removalIsRefusedWhileItRunsUnlessForced() throws IOException {
        Container web = node.add("web", "{}");
        node.folders.create(web.id());
        node.lifecycle.start(web.id());
        Container running = node.now(web);
        assertThatThrownBy(() -> node.removals.remove(running, false, false))
                .isInstanceOf(EngineException.Conflict.class)
                .hasMessage("cannot remove container \"/web\": container is running:"
                        + " stop the container before removing or force remove");
        node.removals.remove(running, true, true);
        assertThat(node.store.byId(web.id())).isEmpty();
        assertThat(Files.exists(node.folders.of(web.id()))).isFalse();
        assertThat(node.store.told).containsExactly("ContainerStarted", "ContainerDied", "ContainerRemoved");
    }

    @Test
    void pauseAndUnpauseAreRefusedWhereTheyMeanNothing() {
        Container web = node.add("web", "{}");
        assertThatThrownBy(() -> node.lifecycle.pause(web.id()))
                .isInstanceOf(EngineException.Conflict.class)
                .hasMessageContaining("is not running");
        node.lifecycle.start(web.id());
        node.lifecycle.pause(web.id());
        assertThat(node.now(web).paused()).isTrue();
        assertThatThrownBy(() -> node.lifecycle.pause(web.id())).hasMessageContaining("is already paused");
        node.lifecycle.unpause(web.id());
        assertThatThrownBy(() -> node.lifecycle.unpause(web.id())).hasMessageContaining("is not paused");
    }

    @Test
    void aStartingNodeMakesItsRowsTrue() throws IOException {
        Container lives = node.add("lives", "{}");
        node.lifecycle.start(lives.id());
        Container untold = node.add("untold", "{}");
        node.supervisor.states.put(untold.id(), Status.RUNNING);
        Container lost = node.add("lost", "{}");
        node.store.change(lost.id(), c -> Fixture.running(c, java.time.Instant.now()));
        Container frozen = node.add("frozen", "{}");
        node.lifecycle.start(frozen.id());
        node.supervisor.states.put(frozen.id(), Status.PAUSED);
        Container going = node.add("going", "{}");
        node.store.change(going.id(), c -> c.with(c.run().in(State.REMOVING)));
        node.folders.create("ab".repeat(32));

        node.reconciliation.reconcile();

        assertThat(node.now(lives).running()).isTrue();
        assertThat(node.now(untold).running()).isTrue();
        assertThat(node.now(lost).state()).isEqualTo(State.EXITED);
        assertThat(node.now(lost).run().exitCode()).isEqualTo(255);
        assertThat(node.supervisor.status(frozen.id())).isEqualTo(Status.RUNNING);
        assertThat(node.store.byId(going.id())).isEmpty();
        assertThat(node.folders.ids()).doesNotContain("ab".repeat(32));
    }

    @Test
    void aNewNameMustBeFreeAndANewOne() {
        Container web = node.add("web", "{}");
        assertThatThrownBy(() -> node.lifecycle.rename(web.id(), "web"))
                .hasMessage("Renaming a container with the same name as its current name");
        node.lifecycle.rename(web.id(), "/shop");
        assertThat(node.now(web).name()).isEqualTo("shop");
        assertThat(node.store.told).containsExactly("ContainerRenamed");
    }
}
