package io.strata.runtime.images;

import io.strata.blobs.LayerFacts;
import io.strata.oci.Digest;
import io.strata.runtime.images.PullLine.RemoteLayer;
import io.strata.runtime.images.RegistryGatewayClient.Completed;
import io.strata.runtime.images.RegistryGatewayClient.PullLines;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.layers.NodeLayer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One pull on this node. The registry-gateway brings the blobs to the store and says how far it is; beside it each layer
 * that this node lacks is read and made a lower directory while it comes. When both are done, the name is set.
 */
final class NodePull implements Closeable {
    private final RegistryGatewayClient gateway;
    private final LayerOrigin origin;
    private final LayerMounts layers;
    private final LayerFacts facts;
    private final Semaphore turns;
    private final PullLines lines;
    private final PullLine.Resolved resolved;
    private final Map<Digest, LayerArrival> arrivals = new LinkedHashMap<>();
    private final Map<Digest, ShownLayer> shown = new LinkedHashMap<>();

    /** The first failure of this node's own work; what the gateway says goes before it. */
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** @param resolved the line that was read from {@code lines}; they are closed with this */
    NodePull(
            RegistryGatewayClient gateway,
            LayerOrigin origin,
            LayerMounts layers,
            LayerFacts facts,
            Semaphore turns,
            PullLines lines,
            PullLine.Resolved resolved) {
        this.gateway = gateway;
        this.origin = origin;
        this.layers = layers;
        this.facts = facts;
        this.turns = turns;
        this.lines = lines;
        this.resolved = resolved;
        for (RemoteLayer layer : resolved.layers()) {
            arrivals.putIfAbsent(layer.digest(), new LayerArrival(layer.stored()));
        }
    }

    PullLine.Resolved resolved() {
        return resolved;
    }

    /**
     * Runs to the end; an interrupt ends it. Nothing is named unless this returns.
     *
     * @throws PullException when the gateway gave up
     * @throws IOException when this node failed
     */
    Completed run(PullProgress progress) throws IOException {
        List<Digest> diffIds =
                resolved.layers().stream().map(RemoteLayer::diffId).toList();
        ExecutorService work = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("pull-", 0).factory());
        try (LayerMounts.Pin unused = layers.pin(diffIds)) {
            List<Future<?>> reading = begin(progress, work);
            follow();
            for (Future<?> layer : reading) {
                await(layer);
            }
            rethrow();
            return gateway.complete(resolved.id());
        } finally {
            arrivals.values().forEach(LayerArrival::end);
            work.shutdownNow();
        }
    }

    private List<Future<?>> begin(PullProgress progress, ExecutorService work) {
        Map<Digest, RemoteLayer> distinct = new LinkedHashMap<>();
        resolved.layers().forEach(layer -> distinct.putIfAbsent(layer.digest(), layer));
        List<RemoteLayer> here = distinct.values().stream()
                .filter(layer -> layers.find(layer.diffId()).isPresent())
                .toList();
        // dockerd lists no layers of an image that is up to date; here one may be, and its layers be elsewhere.
        boolean listed = !resolved.upToDate() || here.size() < distinct.size();
        List<Future<?>> reading = new ArrayList<>();
        for (RemoteLayer layer : distinct.values()) {
            ShownLayer line = new ShownLayer(progress, layer.digest(), layer.size());
            if (!here.contains(layer)) {
                line.begin();
                shown.put(layer.digest(), line);
            } else if (listed) {
                line.alreadyExists();
            }
        }
        for (RemoteLayer layer : distinct.values()) {
            ShownLayer line = shown.get(layer.digest());
            if (line != null) {
                reading.add(work.submit(() -> readShown(layer, line)));
            } else if (!layer.stored()) {
                reading.add(work.submit(() -> tellWhenStored(layer)));
            }
        }
        return reading;
    }

    private void readShown(RemoteLayer layer, ShownLayer line) {
        try {
            read(layer, line);
        } catch (IOException | RuntimeException e) {
            if (failure.compareAndSet(null, e) && !(e instanceof OriginException)) {
                // The gateway need not fetch what cannot be used; of bytes that did not come, it knows the reason.
                closeLines();
            }
        }
    }

    private void read(RemoteLayer layer, ShownLayer line) throws IOException {
        LayerArrival arrival = arrivals.get(layer.digest());
        takeTurn(line);
        LayerMounts.Mounted mounted;
        try {
            mounted = layers.ensure(layer.toNodeLayer(), () -> open(layer, arrival, line));
        } finally {
            turns.release();
        }
        arrival.awaitStored();
        facts.tell(layer.diffId(), layer.digest(), mounted.unpackedSize(), mounted.files());
        line.complete();
    }

    private InputStream open(RemoteLayer layer, LayerArrival arrival, ShownLayer line) {
        NodeLayer nodeLayer = layer.toNodeLayer();
        return origin.open(nodeLayer, arrival, bytes -> {
            if (layer.stored()) {
                line.downloading(bytes);
            } else {
                line.extracting(bytes);
            }
        });
    }

    private void takeTurn(ShownLayer line) throws IOException {
        try {
            if (!turns.tryAcquire()) {
                line.waiting();
                turns.acquire();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a layer's turn");
        }
    }

    /** A layer that is here, and was fetched all the same because the store lacked it: nobody else tells what is in it. */
    private void tellWhenStored(RemoteLayer layer) {
        try {
            arrivals.get(layer.digest()).awaitStored();
            Optional<LayerMounts.Mounted> mounted = layers.find(layer.diffId());
            if (mounted.isPresent()) {
                facts.tell(
                        layer.diffId(),
                        layer.digest(),
                        mounted.get().unpackedSize(),
                        mounted.get().files());
            }
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Reads what the gateway says, until every blob is in the store. */
    private void follow() throws IOException {
        try {
            while (true) {
                switch (lines.next().orElseThrow(() -> new IOException("the registry-gateway broke the pull off"))) {
                    case PullLine.Resolved again -> throw new IOException("a second answer to one pull: " + again);
                    case PullLine.Progress step -> progressed(step);
                    case PullLine.Stored blob -> stored(blob.digest());
                    case PullLine.Fetched _ -> {
                        arrivals.keySet().forEach(this::stored);
                        return;
                    }
                    case PullLine.Failed failed -> throw new PullException(failed.status(), failed.message());
                }
            }
        } catch (PullException e) {
            throw e;
        } catch (IOException e) {
            // Closed because this node failed: that is the reason, and the broken line is not.
            rethrow();
            throw e;
        }
    }

    private void progressed(PullLine.Progress step) {
        ShownLayer line = shown.get(step.digest());
        if (line != null) {
            line.downloading(step.current());
            arrivals.get(step.digest()).moved();
        }
    }

    private void stored(Digest digest) {
        LayerArrival arrival = arrivals.get(digest);
        if (arrival == null || arrival.stored()) {
            return;
        }
        ShownLayer line = shown.get(digest);
        if (line != null) {
            line.downloaded();
        }
        arrival.markStored();
    }

    private static void await(Future<?> layer) throws IOException {
        try {
            layer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the pull was cancelled");
        } catch (ExecutionException e) {
            throw new IOException("a layer failed", e.getCause());
        }
    }

    private void rethrow() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IOException("the pull failed", failure.get());
        }
    }

    private void closeLines() {
        try {
            lines.close();
        } catch (IOException alreadyBroken) {
            failure.get().addSuppressed(alreadyBroken);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
