package io.strata.commit.commits;

import io.strata.blobs.BlobWriter;
import io.strata.blobs.Expected;
import io.strata.commit.errors.CommitException;
import io.strata.commit.image.Changes;
import io.strata.commit.image.CommittedImage;
import io.strata.commit.image.Layer;
import io.strata.commit.registry.ParentImages;
import io.strata.commit.registry.Registry;
import io.strata.events.ContainerEvent.CapturedLayer;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import io.strata.oci.MediaTypes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The last step: config and manifest are written, and the image is kept and named at registry-gateway. Repeating it is harmless. */
@ApplicationScoped
class Naming {
    private static final Logger LOG = Logger.getLogger(Naming.class);

    private final Saga saga;
    private final Waiting waiting;
    private final ParentImages parents;
    private final BlobWriter blobs;
    private final Registry registry;

    Naming(Saga saga, Waiting waiting, ParentImages parents, BlobWriter blobs, Registry registry) {
        this.saga = saga;
        this.waiting = waiting;
        this.parents = parents;
        this.blobs = blobs;
        this.registry = registry;
    }

    /** On a thread of its own, at once. */
    void begin(UUID id) {
        Thread.ofVirtual().name("commit-" + id).start(() -> run(id));
    }

    private void run(UUID id) {
        Optional<CommitRow> found = saga.toName(id);
        if (found.isEmpty()) {
            return;
        }
        try {
            saga.named(id, name(found.get()));
        } catch (CommitException refused) {
            saga.refusedName(id, refused);
        } catch (IOException e) {
            LOG.warnf("commit %s is tried again: %s", id, e.getMessage());
            return;
        } catch (RuntimeException e) {
            LOG.errorf(e, "commit %s is tried again", id);
            return;
        }
        waiting.wake(id);
    }

    private Registry.Kept name(CommitRow row) throws IOException {
        Digest parent = Digest.parse(row.parent);
        CommittedImage image = CommittedImage.of(new CommittedImage.Recipe(
                row.containerId,
                parents.get(parent),
                Optional.ofNullable(Saga.layer(row)).map(Naming::layer),
                row.containerConfig == null
                        ? ContainerConfig.EMPTY
                        : Saga.read(row.containerConfig, ContainerConfig.class),
                Optional.ofNullable(row.askedConfig).map(json -> Saga.read(json, ContainerConfig.class)),
                Changes.parse(List.of(Saga.read(row.changes, String[].class))),
                row.author,
                row.comment,
                row.requestedAt));
        blobs.write(
                Expected.exactly("commit:" + row.id, image.configMediaType(), image.imageId(), image.config().length),
                new ByteArrayInputStream(image.config()));
        Optional<Registry.Name> name =
                Optional.ofNullable(row.repository).map(repository -> new Registry.Name(repository, row.tag));
        return registry.commit(row.id.toString(), name, image.manifest(), image.manifestMediaType(), parent);
    }

    private static Layer layer(CapturedLayer captured) {
        return new Layer(
                captured.digest(), captured.size(), MediaTypes.compressionOf(captured.mediaType()), captured.diffId());
    }
}
