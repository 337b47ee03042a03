package io.strata.gateway.pulls;

import io.strata.blobs.BlobFacts;
import io.strata.blobs.BlobReader;
import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.blobs.MissingBlobsException;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.Origin;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.Naming;
import io.strata.gateway.names.NewImage;
import io.strata.gateway.spool.Spool;
import io.strata.gateway.upstream.Credentials;
import io.strata.gateway.upstream.UpstreamException;
import io.strata.gateway.upstream.UpstreamRegistry;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.Platform;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Engine pulls: resolve, fetch what the store lacks, and name it when the node that asked could run it. */
@ApplicationScoped
public class Pulls {
    private static final int STRIPES = 64;

    private final ImageResolution resolution;
    private final UpstreamRegistry registry;
    private final Spool spool;
    private final BlobReader blobs;
    private final BlobWriter writer;
    private final Images images;
    private final Naming naming;
    private final PullRows rows;
    private final PullsConfig config;
    /** Two calls to complete one pull come one after the other. */
    private final List<ReentrantLock> completing =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toList();

    Pulls(
            ImageResolution resolution,
            UpstreamRegistry registry,
            Spool spool,
            BlobReader blobs,
            BlobWriter writer,
            Images images,
            Naming naming,
            PullRows rows,
            PullsConfig config) {
        this.resolution = resolution;
        this.registry = registry;
        this.spool = spool;
        this.blobs = blobs;
        this.writer = writer;
        this.images = images;
        this.naming = naming;
        this.rows = rows;
        this.config = config;
    }

    /** @param node that asked, and is to run the image */
    record Request(ImageReference reference, Optional<Platform> platform, String node, Credentials credentials) {}

    /** Pulls, telling each step; a failure is its last line. Nothing is named yet. */
    void pull(Request request, PullSink sink) throws PullSink.CallerGoneException, InterruptedException {
        try {
            fetch(request, sink);
        } catch (PullSink.CallerGoneException e) {
            throw e;
        } catch (UpstreamException | IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the pull was broken off");
            }
            sink.send(PullErrors.line(e));
        }
    }

    private void fetch(Request request, PullSink sink) throws IOException, InterruptedException {
        PulledImage image = resolution.resolve(request.reference(), request.platform(), request.credentials());
        UUID id = UUID.randomUUID();
        String owner = "pull:" + id;
        List<Descriptor> needed = Stream.concat(Stream.of(image.configDescriptor()), image.content().layers().stream())
                .toList();
        Set<Digest> stored = blobs
                .lookup(needed.stream().map(Descriptor::digest).distinct().toList())
                .stream()
                .map(BlobFacts::digest)
                .collect(Collectors.toSet());
        if (!stored.contains(image.configDescriptor().digest())) {
            writer.write(
                    Expected.exactly(
                            owner,
                            image.configDescriptor().mediaType(),
                            image.configDescriptor().digest(),
                            image.config().length),
                    new ByteArrayInputStream(image.config()));
        }
        List<Descriptor> missing = image.content().layers().stream()
                .filter(layer -> !stored.contains(layer.digest()))
                .collect(
                        Collectors.toMap(Descriptor::digest, l -> l, (one, again) -> one, java.util.LinkedHashMap::new))
                .values()
                .stream()
                .toList();
        // Joined before the node is told, so that it finds each of them at /spool.
        try (LayerFetch fetch = new LayerFetch(spool, missing, config, sink)) {
            rows.add(id, image, request.node(), config.keep());
            sink.send(new PullLine.Resolved(
                    id,
                    image.reference().toString(),
                    image.named().digest(),
                    image.content().id(),
                    missing.isEmpty() && isUpToDate(image),
                    image.layers(layer -> stored.contains(layer.digest()))));
            fetch.all(owner, layer -> new UpstreamSource(registry, image.reference(), layer, request.credentials()));
        }
        rows.fetched(id);
        sink.send(new PullLine.Fetched());
    }

    private boolean isUpToDate(PulledImage image) {
        return images.isUpToDate(image.reference(), image.named().digest())
                && images.find(image.reference())
                        .filter(here -> here.image()
                                .manifest()
                                .equals(image.image().bytes().digest()))
                        .isPresent();
    }

    /**
     * Names what was pulled, once, however often it is called.
     *
     * @throws GatewayException.NotFound when there is no such pull, or not any more
     * @throws GatewayException.Conflict when not all of it came into the store, or not all of it is there any more
     */
    Naming.Named complete(UUID id) throws IOException {
        ReentrantLock lock = completing.get(Math.floorMod(id.hashCode(), STRIPES));
        lock.lock();
        try {
            PullRow row = rows.find(id).orElseThrow(() -> new GatewayException.NotFound("there is no pull " + id));
            ImageReference reference = ImageReference.parse(row.reference);
            if (!row.fetched) {
                throw new GatewayException.Conflict("pull " + id + " did not end, or failed; pull again");
            }
            // The bytes were checked against the digest that pins them, whatever its algorithm, before the row was
            // written.
            ManifestBytes named = new ManifestBytes(row.named, row.namedType, Digest.parse(row.namedDigest));
            ManifestBytes image = new ManifestBytes(row.image, row.imageType, Digest.parse(row.imageDigest));
            if (row.newer != null) {
                return new Naming.Named(reference, named.digest(), Optional.of(Digest.parse(row.imageId)), row.newer);
            }
            Naming.Named done =
                    naming.pull(reference, new NewImage(named, image, row.config, Origin.PROXIED), row.node);
            rows.completed(id, done.newer());
            return done;
        } catch (MissingBlobsException e) {
            throw new GatewayException.Conflict(
                    "pull " + id + " is too old: the store lacks " + e.missing() + " now; pull again");
        } finally {
            lock.unlock();
        }
    }
}
