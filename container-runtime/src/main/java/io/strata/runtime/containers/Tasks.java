package io.strata.runtime.containers;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Work that nobody waits for: each piece on a virtual thread of its own, now or after a while. */
@ApplicationScoped
public class Tasks {
    private static final Logger LOG = Logger.getLogger(Tasks.class);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("container-clock").daemon().factory());

    /** What may fail. */
    public interface Work {
        void run() throws Exception;
    }

    ExecutorService threads() {
        return threads;
    }

    /** @param what for the log, if it fails */
    public Future<?> run(String what, Work work) {
        return threads.submit(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.errorf(e, "%s failed", what);
            }
        });
    }

    Future<?> after(Duration delay, String what, Work work) {
        return clock.schedule(() -> run(what, work), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void end() {
        clock.shutdownNow();
        threads.shutdownNow();
    }
}
