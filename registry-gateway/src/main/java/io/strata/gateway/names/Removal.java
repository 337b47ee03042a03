package io.strata.gateway.names;

import io.strata.events.ImageEvent.ImageDeleted;
import io.strata.events.ImageEvent.ImageUntagged;
import io.strata.events.outbox.Outbox;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.gateway.manifests.Origin;
import io.strata.oci.ChainId;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes names away, and images that have none left, by Docker's rules (moby {@code daemon/images/image_delete.go}). What is
 * deleted leaves a tombstone, so that a later miss does not bring it back from upstream. Whether a container uses the image
 * is asked by the node, before.
 *
 * <p>A nameless parent of a deleted image is not deleted with it, as dockerd does: only the nodes know whether a container
 * uses it. It is dangling from then on, and {@code docker image prune} takes it.
 */
@ApplicationScoped
@Transactional
public class Removal {
    /** Where an event names a repository, for an image that had none. */
    private static final String NO_REPOSITORY = "<none>";

    private final Images images;
    private final ManifestRows manifests;
    private final NameRows names;
    private final Outbox outbox;

    Removal(Images images, ManifestRows manifests, NameRows names, Outbox outbox) {
        this.images = images;
        this.manifests = manifests;
        this.names = names;
        this.outbox = outbox;
    }

    /** A line of what {@code docker rmi} prints. */
    public sealed interface Line {
        record Untagged(String name) implements Line {}

        record Deleted(String id) implements Line {}
    }

    /**
     * {@code docker rmi}.
     *
     * @param text  a name: that name is taken away, and the image when it was the last; an id: all names and the image
     * @param force also when several names are those of the id
     * @throws GatewayException.NotFound with Docker's words
     * @throws GatewayException.Conflict with Docker's words
     */
    public List<Line> remove(String text, boolean force) {
        Digest id = images.resolve(text).image().id();
        // Locked in the order of their names, then read again: what is decided on cannot change meanwhile.
        names.repositoriesOf(id).forEach(names::lock);
        Images.Resolved target = images.resolve(text);
        if (!target.image().id().equals(id)) {
            throw new GatewayException.Conflict(
                    "conflict: " + text + " was pointed at another image in this moment; repeat the call");
        }
        return target.reference().isPresent()
                ? byName(target.image(), target.reference().get())
                : byId(target.image(), force);
    }

    private List<Line> byName(StoredImage image, ImageReference name) {
        List<Line> lines = new ArrayList<>();
        List<ImageReference> left = new ArrayList<>(image.references());
        untag(name, lines);
        left.removeIf(r -> r.familiar().equals(name.familiar()));
        boolean lastInRepository = left.stream().noneMatch(r -> r.repository().equals(name.repository()) && isTag(r));
        if (isTag(name) && lastInRepository) {
            left.stream()
                    .filter(r -> r.repository().equals(name.repository()))
                    .forEach(r -> lines.add(new Line.Untagged(r.familiar())));
            left.removeIf(r -> r.repository().equals(name.repository()));
        }
        if (!left.isEmpty()) {
            if (lastInRepository) {
                rowsIn(image, name).forEach(this::delete);
            }
        } else if (manifests.childImages(image.id()).isEmpty()) {
            delete(image, lines);
        } else {
            // Images were made of it: it stays, without a name.
            rowsIn(image, name).forEach(row -> row.origin = Origin.TAGGED);
        }
        return lines;
    }

    private static boolean isTag(ImageReference name) {
        return name.digest().isEmpty();
    }

    private List<ManifestRow> rowsIn(StoredImage image, ImageReference name) {
        Optional<Long> repository = names.find(name.repository()).map(r -> r.id);
        return manifests.ofImage(image.id()).stream()
                .filter(m -> m.listed
                        && repository.filter(r -> r.equals(m.repositoryId)).isPresent())
                .toList();
    }

    private List<Line> byId(StoredImage image, boolean force) {
        String shortId = image.id().shortHex();
        if (!manifests.childImages(image.id()).isEmpty()) {
            throw new GatewayException.Conflict(
                    "conflict: unable to delete " + shortId + " (cannot be forced) - image has dependent child images");
        }
        if (!force && !image.references().isEmpty() && !isSingleReference(image)) {
            throw new GatewayException.Conflict("conflict: unable to delete " + shortId
                    + " (must be forced) - image is referenced in multiple repositories");
        }
        List<Line> lines = new ArrayList<>();
        image.references().forEach(name -> untag(name, lines));
        delete(image, lines);
        return lines;
    }

    /** At most one tag, and all of it in one repository. */
    private static boolean isSingleReference(StoredImage image) {
        long repositories = image.references().stream()
                .map(ImageReference::repository)
                .distinct()
                .count();
        return image.tags().size() <= 1 && repositories == 1;
    }

    private void untag(ImageReference name, List<Line> lines) {
        lines.add(new Line.Untagged(name.familiar()));
        if (isTag(name)) {
            untag(name);
        }
    }

    private boolean untag(ImageReference name) {
        Optional<RepositoryRow> repository = names.lockExisting(name.repository());
        Optional<TagRow> tag = repository.flatMap(r -> names.tag(r.id, name.tagOrDigest()));
        tag.ifPresent(t -> untag(repository.get(), t));
        return tag.isPresent();
    }

    private void untag(RepositoryRow repository, TagRow tag) {
        Digest manifest = Digest.parse(manifests.findById(tag.manifestId).digest);
        names.remove(tag);
        names.bury(repository.id, tag.name);
        outbox.append(new ImageUntagged(repository.name, tag.name, manifest));
    }

    private void delete(StoredImage image, List<Line> lines) {
        manifests.ofImage(image.id()).stream().filter(m -> m.listed).forEach(this::delete);
        lines.add(new Line.Deleted(image.id().toString()));
        Set<Digest> used = new HashSet<>();
        images.list().stream()
                .filter(other -> !other.id().equals(image.id()))
                .forEach(other -> used.addAll(chains(other)));
        chains(image).reversed().stream()
                .filter(chain -> !used.contains(chain))
                .forEach(chain -> lines.add(new Line.Deleted(chain.toString())));
    }

    private static List<Digest> chains(StoredImage image) {
        List<Digest> diffIds = image.content().diffIds();
        List<Digest> chains = new ArrayList<>();
        for (Digest diffId : diffIds) {
            chains.add(chains.isEmpty() ? diffId : ChainId.of(List.of(chains.getLast(), diffId)));
        }
        return chains;
    }

    /** Removes the manifest with its tags and, of an index, the children that nothing else names. */
    private void delete(ManifestRow row) {
        List<String> children = row.repositoryId == null ? List.of() : manifests.childrenOnlyOf(row);
        deleteAlone(row);
        for (String child : children) {
            manifests.inRepository(row.repositoryId, child).stream()
                    .filter(c -> !c.listed && names.tagsOf(c.id).isEmpty())
                    .forEach(this::delete);
        }
    }

    private void deleteAlone(ManifestRow row) {
        Optional<RepositoryRow> repository =
                Optional.ofNullable(row.repositoryId).flatMap(names::byId);
        repository.ifPresent(r -> {
            names.tagsOf(row.id).forEach(tag -> untag(r, tag));
            names.bury(r.id, row.digest);
        });
        names.release(row.id, Instant.now());
        manifests.remove(row);
        outbox.append(new ImageDeleted(
                repository.map(r -> r.name).orElse(NO_REPOSITORY),
                Digest.parse(row.digest),
                row.imageId == null ? null : Digest.parse(row.imageId)));
    }

    /**
     * {@code DELETE /v2/<name>/manifests/<reference>}: a tag, or a manifest with its tags; not an index' children.
     *
     * @return false when there is no such tag or manifest
     */
    public boolean remove(ImageReference reference) {
        if (isTag(reference)) {
            return untag(reference);
        }
        Optional<ManifestRow> row = names.lockExisting(reference.repository())
                .flatMap(r -> manifests.find(r.id, reference.digest().orElseThrow()));
        row.ifPresent(this::deleteAlone);
        return row.isPresent();
    }
}
