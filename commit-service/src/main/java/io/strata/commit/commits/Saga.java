package io.strata.commit.commits;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.commit.errors.CommitException;
import io.strata.commit.registry.Registry;
import io.strata.events.CommitEvent.CommitFailed;
import io.strata.events.CommitEvent.CommitRequested;
import io.strata.events.CommitEvent.ContainerCommitted;
import io.strata.events.ContainerEvent.CapturedLayer;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.events.outbox.Outbox;
import io.strata.oci.Digest;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The steps of a commit, each a transaction on its row: requested → captured → committed, or failed. A step that comes late or twice
 * finds the row further on, and changes nothing.
 */
@ApplicationScoped
class Saga {
    private static final int BATCH = 100;
    private static final int TOO_SLOW = 504;

    private final CommitRows rows;
    private final Outbox outbox;
    private final CommitsConfig config;

    Saga(CommitRows rows, Outbox outbox, CommitsConfig config) {
        this.rows = rows;
        this.outbox = outbox;
        this.config = config;
    }

    void request(UUID id, CommitRequest asked) {
        // What the database keeps, so that the image's bytes are the same when they are written from the row again.
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        CommitRow row = new CommitRow();
        row.id = id;
        row.state = CommitState.REQUESTED;
        row.containerId = asked.containerId();
        row.node = asked.node();
        row.parent = asked.parent().toString();
        row.repository = asked.name().map(Registry.Name::repository).orElse(null);
        row.tag = asked.name().map(Registry.Name::tag).orElse(null);
        row.author = asked.author();
        row.comment = asked.comment();
        row.pause = asked.pause();
        row.changes = json(asked.changes());
        row.askedConfig = asked.config().map(Saga::json).orElse(null);
        row.requestedAt = now;
        row.nextTry = now.plus(config.askAgain());
        row.deadline = now.plus(config.captureDeadline());
        QuarkusTransaction.requiringNew().run(() -> {
            rows.persist(row);
            rows.flush();
            ask(row);
        });
    }

    private void ask(CommitRow row) {
        outbox.append(new CommitRequested(row.id.toString(), row.containerId, row.node, row.pause));
    }

    /** In the inbox' transaction. @return whether the commit can go on now */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean captured(UUID id, WritableLayerCaptured told) {
        Optional<CommitRow> found = rows.lock(id).filter(row -> row.state == CommitState.REQUESTED);
        found.ifPresent(row -> {
            Instant now = Instant.now();
            row.state = CommitState.CAPTURED;
            row.layer = told.layer() == null ? null : json(told.layer());
            row.containerConfig = told.config() == null ? null : json(told.config());
            // Whoever heard it goes on at once; this is for the case that he does not come to it.
            row.nextTry = now.plus(config.nameAgain().multipliedBy(2));
            row.deadline = now.plus(config.nameDeadline());
        });
        return found.isPresent();
    }

    /** In the inbox' transaction. @return whether the commit ended by this */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean refused(UUID id, WritableLayerRefused told) {
        return fail(id, CommitState.REQUESTED, told.status(), told.reason());
    }

    /** What is to be written and named; empty when the commit is not at that step. */
    Optional<CommitRow> toName(UUID id) {
        return QuarkusTransaction.requiringNew()
                .call(() -> rows.findByIdOptional(id).filter(row -> row.state == CommitState.CAPTURED));
    }

    void named(UUID id, Registry.Kept kept) {
        QuarkusTransaction.requiringNew().run(() -> rows.lock(id)
                .filter(row -> row.state == CommitState.CAPTURED)
                .ifPresent(row -> {
                    row.state = CommitState.COMMITTED;
                    row.imageId = kept.imageId().toString();
                    row.manifest = kept.manifest().toString();
                    end(row);
                    CapturedLayer layer = layer(row);
                    outbox.append(new ContainerCommitted(
                            row.id.toString(),
                            row.containerId,
                            row.node,
                            kept.imageId(),
                            kept.manifest(),
                            row.repository,
                            row.tag,
                            layer == null ? null : layer.digest(),
                            layer == null ? null : layer.diffId()));
                }));
    }

    void refusedName(UUID id, CommitException why) {
        QuarkusTransaction.requiringNew().run(() -> fail(id, CommitState.CAPTURED, why.status(), why.getMessage()));
    }

    private boolean fail(UUID id, CommitState at, int status, String reason) {
        Optional<CommitRow> found = rows.lock(id).filter(row -> row.state == at);
        found.ifPresent(row -> fail(row, status, reason));
        return found.isPresent();
    }

    private void fail(CommitRow row, int status, String reason) {
        row.state = CommitState.FAILED;
        row.status = status >= 400 && status <= 599 ? status : 500;
        row.reason = reason == null ? "the node gave no reason" : reason;
        end(row);
        outbox.append(new CommitFailed(row.id.toString(), row.containerId, row.node, row.status, row.reason));
    }

    private static void end(CommitRow row) {
        row.nextTry = null;
        row.deadline = null;
        row.endedAt = Instant.now();
    }

    /** Something that is due. */
    enum Due {
        /** The node was asked again. */
        ASKED_AGAIN,
        /** To be written and named, now. */
        TO_NAME,
        GIVEN_UP,
        NOT_ANY_MORE
    }

    List<UUID> due() {
        return QuarkusTransaction.requiringNew().call(() -> rows.due(Instant.now(), BATCH));
    }

    /** Asks again for what did not come, and gives up what took too long. */
    Due again(UUID id) {
        return QuarkusTransaction.requiringNew().call(() -> {
            Instant now = Instant.now();
            CommitRow row = rows.lock(id).orElse(null);
            if (row == null || row.state.isOver() || row.nextTry.isAfter(now)) {
                return Due.NOT_ANY_MORE;
            }
            boolean requested = row.state == CommitState.REQUESTED;
            if (!row.deadline.isAfter(now)) {
                Duration waited = requested ? config.captureDeadline() : config.nameDeadline();
                fail(
                        row,
                        TOO_SLOW,
                        (requested
                                        ? "node " + row.node + " did not capture the container within "
                                        : "the image could not be stored and named within ")
                                + waited.toSeconds() + " s");
                return Due.GIVEN_UP;
            }
            row.nextTry = now.plus(requested ? config.askAgain() : config.nameAgain());
            if (requested) {
                ask(row);
                return Due.ASKED_AGAIN;
            }
            return Due.TO_NAME;
        });
    }

    long forget() {
        return QuarkusTransaction.requiringNew()
                .call(() -> rows.forget(Instant.now().minus(config.keep())));
    }

    Optional<Commit> find(UUID id) {
        return QuarkusTransaction.requiringNew()
                .call(() -> rows.findByIdOptional(id).map(Saga::commit));
    }

    List<Commit> latest(Instant before, int limit) {
        return QuarkusTransaction.requiringNew()
                .call(() ->
                        rows.latest(before, limit).stream().map(Saga::commit).toList());
    }

    private static Commit commit(CommitRow row) {
        Optional<CapturedLayer> layer = Optional.ofNullable(layer(row));
        return new Commit(
                row.id.toString(),
                row.state,
                row.containerId,
                row.node,
                Digest.parse(row.parent),
                Optional.ofNullable(row.repository),
                Optional.ofNullable(row.tag),
                row.author,
                row.comment,
                row.requestedAt,
                Optional.ofNullable(row.imageId).map(Digest::parse),
                Optional.ofNullable(row.manifest).map(Digest::parse),
                layer.map(CapturedLayer::digest),
                layer.map(CapturedLayer::diffId),
                Optional.ofNullable(row.status),
                Optional.ofNullable(row.reason),
                Optional.ofNullable(row.endedAt));
    }

    static CapturedLayer layer(CommitRow row) {
        return row.layer == null ? null : read(row.layer, CapturedLayer.class);
    }

    static <T> T read(String json, Class<T> type) {
        return OciJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static String json(Object value) {
        return new String(OciJson.write(value), StandardCharsets.UTF_8);
    }
}
