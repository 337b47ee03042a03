package io.strata.runtime.images;

import io.strata.blobs.LayerFacts;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.layers.LayerMounts;
import io.strata.runtime.layers.NodeLayer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@link NodeImages} over the registry-gateway's names and the cluster's store. */
@ApplicationScoped
class ClusterImages implements NodeImages {
    private final RegistryGatewayClient gateway;
    private final LayerOrigin origin;
    private final LayerMounts layers;
    private final LayerFacts facts;
    private final LayerTurns turns;

    ClusterImages(
            RegistryGatewayClient gateway, LayerOrigin origin, LayerMounts layers, LayerFacts facts, LayerTurns turns) {
        this.gateway = gateway;
        this.origin = origin;
        this.layers = layers;
        this.facts = facts;
        this.turns = turns;
    }

    @Override
    public Image find(String nameOrId) {
        try {
            return gateway.resolve(nameOrId)
                    .map(found -> new Image(
                            found.imageId(),
                            found.manifest(),
                            found.reference(),
                            found.names(),
                            found.config(),
                            found.layers()))
                    .orElseThrow(() -> new EngineException.NotFound("No such image: " + shown(nameOrId)));
        } catch (PullException e) {
            throw e.status() == 400
                    ? new EngineException.InvalidInput(e.getMessage())
                    : new EngineException.Failed(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("image " + nameOrId + " could not be looked up: " + e.getMessage(), e);
        }
    }

    /** As Docker shows what it did not find: with the tag that was meant. */
    private static String shown(String nameOrId) {
        try {
            return ImageReference.parse(nameOrId).familiar();
        } catch (InvalidReferenceException anId) {
            return nameOrId;
        }
    }

    @Override
    public List<Path> lowers(Image image) throws IOException {
        List<Optional<Path>> here = image.layers().stream()
                .map(layer -> layers.find(layer.diffId()).map(LayerMounts.Mounted::lower))
                .toList();
        if (here.stream().allMatch(Optional::isPresent)) {
            return here.stream().flatMap(Optional::stream).toList();
        }
        ExecutorService work = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("layer-", 0).factory());
        try (LayerMounts.Pin unused =
                layers.pin(image.layers().stream().map(NodeLayer::diffId).toList())) {
            List<Future<Path>> reading = image.layers().stream()
                    .map(layer -> work.submit(() -> lower(layer)))
                    .toList();
            List<Path> lowers = new ArrayList<>();
            for (Future<Path> layer : reading) {
                lowers.add(await(layer));
            }
            return lowers;
        } finally {
            work.shutdownNow();
        }
    }

    private Path lower(NodeLayer layer) throws IOException, InterruptedException {
        Optional<LayerMounts.Mounted> here = layers.find(layer.diffId());
        if (here.isPresent()) {
            return here.get().lower();
        }
        turns.semaphore().acquire();
        LayerMounts.Mounted mounted;
        try {
            mounted = layers.ensure(layer, () -> origin.open(layer));
        } finally {
            turns.semaphore().release();
        }
        facts.tell(layer.diffId(), layer.digest(), mounted.unpackedSize(), mounted.files());
        return mounted.lower();
    }

    private static Path await(Future<Path> layer) throws IOException {
        try {
            return layer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading a layer");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                default -> throw new IOException("a layer could not be read", e.getCause());
            }
        }
    }
}
