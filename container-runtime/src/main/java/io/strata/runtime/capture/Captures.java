package io.strata.runtime.capture;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.strata.events.CommitEvent.CommitRequested;
import io.strata.events.ContainerEvent;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.events.StrataEvent;
import io.strata.events.inbox.ReceivedEvent;
import io.strata.events.outbox.Outbox;
import io.strata.runtime.events.NodeEventHandler;
import io.strata.runtime.node.NodeConfig;
import io.strata.runtime.routing.EngineJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The node's side of a commit. {@code CommitRequested} becomes a row; the capture runs after that transaction, and its
 * answer is an event in the transaction that ends the row. What a crash left open is done again from the row.
 */
@ApplicationScoped
class Captures implements NodeEventHandler {
    private static final Logger LOG = Logger.getLogger(Captures.class);

    /** How soon a capture is tried again whose answer could not be written. */
    private static final Duration SWEEP = Duration.ofSeconds(5);

    /** Longer than commit-service asks again. */
    private static final Duration KEEP = Duration.ofDays(1);

    private final CaptureRows rows;
    private final Outbox outbox;
    private final WritableLayerCapture capture;
    private final TransactionSynchronizationRegistry transactions;
    private final String node;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor sweeping = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("capture-sweep").factory());

    Captures(
            CaptureRows rows,
            Outbox outbox,
            WritableLayerCapture capture,
            TransactionSynchronizationRegistry transactions,
            NodeConfig node) {
        this.rows = rows;
        this.outbox = outbox;
        this.capture = capture;
        this.transactions = transactions;
        this.node = node.name();
    }

    void start(@Observes StartupEvent started) {
        var unused = sweeping.scheduleWithFixedDelay(this::sweep, 0, SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent stopping) {
        sweeping.shutdownNow();
    }

    @Override
    public boolean wants(StrataEvent event) {
        return event instanceof CommitRequested request && request.node().equals(node);
    }

    @Override
    public void apply(ReceivedEvent event) {
        CommitRequested request = (CommitRequested) event.event();
        Optional<CaptureRow> known = rows.lock(request.commitId());
        if (known.isPresent()) {
            answer(known.get()).ifPresent(outbox::append);
        } else {
            rows.add(rowOf(request));
        }
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // The row is written by then.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    begin(request.commitId());
                }
            }
        });
    }

    private static CaptureRow rowOf(CommitRequested request) {
        CaptureRow row = new CaptureRow();
        row.commitId = request.commitId();
        row.containerId = request.containerId();
        row.node = request.node();
        row.pause = request.pause();
        row.requestedAt = Instant.now();
        return row;
    }

    /** The answer that was given before, to be told again. */
    private static Optional<ContainerEvent> answer(CaptureRow row) {
        if (row.captured != null) {
            return Optional.of(read(row.captured, WritableLayerCaptured.class));
        }
        return Optional.ofNullable(row.refused).map(json -> read(json, WritableLayerRefused.class));
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return EngineJson.read(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sweep() {
        try {
            QuarkusTransaction.requiringNew()
                    .call(() -> {
                        rows.forgetAnsweredBefore(Instant.now().minus(KEEP));
                        return rows.toDo(node);
                    })
                    .forEach(this::begin);
        } catch (RuntimeException e) {
            LOG.warnf("captures that are left to do could not be read: %s", e.getMessage());
        }
    }

    /** Once at a time for each commit. */
    private void begin(String commitId) {
        if (running.add(commitId)) {
            Thread.ofPlatform().daemon().name("capture-" + commitId).start(() -> {
                try {
                    run(commitId);
                } catch (RuntimeException e) {
                    LOG.warnf(e, "the capture for commit %s is tried again in %s", commitId, SWEEP);
                } finally {
                    running.remove(commitId);
                }
            });
        }
    }

    private void run(String commitId) {
        Optional<CommitRequested> open = QuarkusTransaction.requiringNew().call(() -> rows.lock(commitId)
                .filter(row -> row.answeredAt == null)
                .map(row -> new CommitRequested(row.commitId, row.containerId, row.node, row.pause)));
        if (open.isEmpty()) {
            return;
        }
        ContainerEvent answer = capture.run(open.get());
        QuarkusTransaction.requiringNew().run(() -> {
            CaptureRow row = rows.lock(commitId).orElseThrow();
            if (row.answeredAt == null) {
                row.answeredAt = Instant.now();
                if (answer instanceof WritableLayerCaptured) {
                    row.captured = EngineJson.text(answer);
                } else {
                    row.refused = EngineJson.text(answer);
                }
                outbox.append(answer);
            }
        });
    }
}
