package io.strata.runtime.capture;

import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.LayerFacts;
import io.strata.events.CommitEvent.CommitRequested;
import io.strata.events.ContainerEvent;
import io.strata.events.ContainerEvent.CapturedLayer;
import io.strata.events.ContainerEvent.WritableLayerCaptured;
import io.strata.events.ContainerEvent.WritableLayerRefused;
import io.strata.oci.MediaTypes;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.snapshots.Snapshots;
import io.strata.runtime.snapshots.Snapshots.Captured;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Captures one writable layer: the tar is written once, and goes to the store and, on the way, into this node's layers, so
 * that the committed image starts here without fetching what was here before. The container stands still only while its
 * files are read.
 */
@ApplicationScoped
class WritableLayerCapture {
    private static final Logger LOG = Logger.getLogger(WritableLayerCapture.class);

    private final Containers containers;
    private final Snapshots snapshots;
    private final LayerMounts layers;
    private final BlobWriter store;
    private final LayerFacts facts;

    WritableLayerCapture(
            Containers containers, Snapshots snapshots, LayerMounts layers, BlobWriter store, LayerFacts facts) {
        this.containers = containers;
        this.snapshots = snapshots;
        this.layers = layers;
        this.store = store;
        this.facts = facts;
    }

    /** Never fails: what cannot be captured is refused, with the Engine API's status and the reason. */
    ContainerEvent run(CommitRequested request) {
        try {
            Container container = containers.find(request.containerId());
            return captured(request, container);
        } catch (EngineException e) {
            return refused(request, statusOf(e), e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "the writable layer of %s was not captured", request.containerId());
            return refused(request, 500, "the writable layer could not be captured: " + e.getMessage());
        }
    }

    private WritableLayerCaptured captured(CommitRequested request, Container container) throws IOException {
        CaptureFork fork = new CaptureFork();
        CompletableFuture<BlobFacts> stored = fork.branch(
                "store",
                tar -> store.write(Expected.anything("commit:" + request.commitId(), MediaTypes.OCI_LAYER), tar));
        CompletableFuture<LayerMounts.Adopted> adopted = fork.branch("adopt", layers::adopt);
        Captured layer;
        try {
            layer = read(request, fork);
        } catch (IOException | RuntimeException e) {
            fork.fail(e);
            throw e;
        }
        if (layer.empty()) {
            return new WritableLayerCaptured(
                    container.id(),
                    request.node(),
                    request.commitId(),
                    null,
                    container.config().toImageConfig());
        }
        BlobFacts blob = await(stored);
        tellIfAdopted(adopted, layer);
        if (!blob.digest().equals(layer.diffId())) {
            throw new IOException("the store has " + blob.digest() + " of what was written as " + layer.diffId());
        }
        facts.tell(layer.diffId(), blob.digest(), layer.unpackedSize(), layer.files());
        CapturedLayer told = new CapturedLayer(
                blob.digest(), blob.size(), MediaTypes.OCI_LAYER, layer.diffId(), layer.unpackedSize(), layer.files());
        return new WritableLayerCaptured(
                container.id(),
                request.node(),
                request.commitId(),
                told,
                container.config().toImageConfig());
    }

    private Captured read(CommitRequested request, CaptureFork fork) throws IOException {
        Captured captured;
        if (request.pause()) {
            try (Containers.Frozen unused = containers.freeze(request.containerId())) {
                captured = snapshots.capture(request.containerId(), fork);
            }
        } else {
            captured = snapshots.capture(request.containerId(), fork);
        }
        fork.close();
        return captured;
    }

    /** The commit does not depend on it: a layer that is not here is fetched when it is needed. */
    private static void tellIfAdopted(CompletableFuture<LayerMounts.Adopted> adopted, Captured layer)
            throws IOException {
        try {
            await(adopted);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            LOG.warnf(e, "layer %s was captured here and is not kept here", layer.diffId());
        }
    }

    private static <T> T await(CompletableFuture<T> branch) throws IOException {
        try {
            return branch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a layer was captured");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                default -> throw new IOException("a layer was not captured", e.getCause());
            }
        }
    }

    private static WritableLayerRefused refused(CommitRequested request, int status, String reason) {
        return new WritableLayerRefused(request.containerId(), request.node(), request.commitId(), status, reason);
    }

    private static int statusOf(EngineException e) {
        return switch (e) {
            case EngineException.InvalidInput _ -> 400;
            case EngineException.Forbidden _ -> 403;
            case EngineException.NotFound _ -> 404;
            case EngineException.Conflict _ -> 409;
            case EngineException.NotImplemented _ -> 501;
            case EngineException.Unavailable _ -> 503;
            case EngineException.NotModified _, EngineException.Failed _ -> 500;
        };
    }
}
