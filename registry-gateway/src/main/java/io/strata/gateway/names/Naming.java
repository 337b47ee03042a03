package io.strata.gateway.names;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.strata.events.ImageEvent.ImagePulled;
import io.strata.events.ImageEvent.ImagePushed;
import io.strata.events.outbox.Outbox;
import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestBytes;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.gateway.manifests.Manifests;
import io.strata.gateway.manifests.Origin;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageConfig;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.OciJson;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Gives images their names. Each call is one transaction: references are held in layer-store, the manifest is there, the
 * name points at it and the events are told, or nothing of it is. A repository's changes happen one after another.
 */
@ApplicationScoped
public class Naming {
    private final Keeping keeping;
    private final ManifestRows manifestRows;
    private final Manifests manifests;
    private final NameRows names;
    private final RunnableImages runnable;
    private final Pointer pointer;
    private final Outbox outbox;

    Naming(
            Keeping keeping,
            ManifestRows manifestRows,
            Manifests manifests,
            NameRows names,
            RunnableImages runnable,
            Pointer pointer,
            Outbox outbox) {
        this.keeping = keeping;
        this.manifestRows = manifestRows;
        this.manifests = manifests;
        this.names = names;
        this.runnable = runnable;
        this.pointer = pointer;
        this.outbox = outbox;
    }

    /**
     * @param manifest what the reference names: an index' digest when it is one
     * @param imageId  empty for what is no image to run
     * @param newer    whether the name points elsewhere than before the call
     */
    public record Named(ImageReference reference, Digest manifest, Optional<Digest> imageId, boolean newer) {}

    /**
     * A pull has ended: keeps the image and points the name at it. Tells {@code ImageTagged} if the name moved, and
     * {@code ImagePulled}. Takes the name's tombstone away.
     *
     * @throws io.strata.blobs.MissingBlobsException when the store lacks a blob of it; nothing is changed
     * @throws InvalidManifestException when the image is not one that can be run
     */
    public Named pull(ImageReference reference, NewImage image, String node) throws IOException {
        ManifestContent.OfImage own = imageManifest(image.image());
        ImageContent content = ImageContent.of(own, image.config())
                .orElseThrow(() -> new InvalidManifestException("the config "
                        + own.manifest().config().digest() + " is not that of an image with these layers"));
        List<Draft> drafts = drafts(image, own);
        return keeping.keep(Optional.of(reference.repository()), drafts, kept -> {
            boolean newer = pointer.point(kept, reference, Cause.PULL);
            List<Digest> layers =
                    content.layers().stream().map(Descriptor::digest).toList();
            outbox.append(new ImagePulled(
                    reference.repository(), reference.toString(), image.named().digest(), content.id(), layers, node));
            return new Named(reference, image.named().digest(), Optional.of(content.id()), newer);
        });
    }

    private static List<Draft> drafts(NewImage image, ManifestContent.OfImage own) {
        Optional<Draft.OfImage> of = Optional.of(new Draft.OfImage(
                own.manifest().config().digest(), image.image().digest(), image.config(), Optional.empty()));
        List<Draft> drafts = new ArrayList<>();
        if (image.isFromIndex()) {
            drafts.add(
                    new Draft(ManifestContent.parse(image.named()), image.origin(), of, true, true, Optional.empty()));
        }
        drafts.add(new Draft(own, image.origin(), of, true, !image.isFromIndex(), Optional.empty()));
        return drafts;
    }

    private static ManifestContent.OfImage imageManifest(ManifestBytes bytes) {
        if (ManifestContent.parse(bytes) instanceof ManifestContent.OfImage image) {
            return image;
        }
        throw new InvalidManifestException(bytes.digest() + " is an index where an image manifest is needed");
    }

    /**
     * Keeps what upstream named on a read of {@code /v2/}, without holding its blobs: a cache. A tag points at it.
     *
     * @throws InvalidManifestException when it contradicts itself
     */
    public void cache(ImageReference reference, ManifestBytes manifest) throws IOException {
        Draft draft = new Draft(
                ManifestContent.parse(manifest), Origin.PROXIED, Optional.empty(), false, false, Optional.empty());
        keeping.keep(
                Optional.of(reference.repository()),
                List.of(draft),
                kept -> pointer.point(kept, reference, Cause.PULL));
    }

    /**
     * A client put a manifest on {@code /v2/}. Tells {@code ImagePushed}, and {@code ImageTagged} if a name moved.
     *
     * @param reference with a tag, or with the manifest's digest
     */
    public Named push(ImageReference reference, ManifestContent content) throws IOException {
        Optional<Draft.OfImage> image = runnable.imageOf(reference.repository(), content);
        Draft draft = new Draft(
                content,
                Origin.PUSHED,
                image,
                true,
                image.isPresent() && reference.digest().isEmpty(),
                Optional.empty());
        return keeping.keep(Optional.of(reference.repository()), List.of(draft), kept -> {
            kept.repository().hosted = true;
            boolean newer = pointer.point(kept, reference, Cause.PUSH);
            outbox.append(new ImagePushed(
                    reference.repository(),
                    reference.toString(),
                    draft.digest(),
                    content.bytes().mediaType()));
            return new Named(reference, draft.digest(), image.map(Draft.OfImage::id), newer);
        });
    }

    /**
     * An image was pushed from here to the registry of its name, which now knows it by its digest.
     *
     * @return whether the manifest is still there
     */
    @Transactional
    public boolean pushedUpstream(ImageReference reference, Digest manifest) {
        Optional<RepositoryRow> repository = names.lockExisting(reference.repository());
        Optional<ManifestRow> row = repository.flatMap(r -> manifestRows.find(r.id, manifest));
        row.ifPresent(r -> {
            r.origin = Origin.PUSHED;
            outbox.append(new ImagePushed(reference.repository(), reference.toString(), manifest, r.mediaType));
        });
        return row.isPresent();
    }

    /**
     * Keeps a committed image, and names it when a name is given. Again with the same id: the same answer, nothing more.
     *
     * @throws GatewayException.Conflict when the id was used for another manifest
     */
    public Named commit(String commitId, Optional<ImageReference> name, ManifestBytes manifest, Optional<Digest> parent)
            throws IOException {
        Optional<Named> before =
                QuarkusTransaction.requiringNew().call(() -> alreadyCommitted(commitId, name, manifest.digest()));
        if (before.isPresent()) {
            return before.get();
        }
        ManifestContent.OfImage own = imageManifest(manifest);
        byte[] config = runnable.config(own);
        ImageContent content = ImageContent.of(own, config)
                .orElseThrow(() -> new InvalidManifestException("the config "
                        + own.manifest().config().digest() + " is not that of an image with these layers"));
        Optional<Digest> knownParent = parent.filter(p -> isMadeOf(content, p));
        Draft.OfImage of = new Draft.OfImage(content.id(), manifest.digest(), config, knownParent);
        Draft draft = new Draft(own, Origin.COMMITTED, Optional.of(of), true, true, Optional.of(commitId));
        return keeping.keep(name.map(ImageReference::repository), List.of(draft), kept -> {
            boolean newer = name.isPresent() && pointer.point(kept, name.get(), Cause.COMMIT);
            name.ifPresent(n -> kept.repository().hosted = true);
            return new Named(name.orElse(null), manifest.digest(), Optional.of(content.id()), newer);
        });
    }

    /**
     * Whether the parent is here: it may be gone by now. Nobody can make an image another's child, which keeps that from being
     * deleted, without its layers (CVE-2024-24557).
     */
    private boolean isMadeOf(ImageContent image, Digest parent) {
        Optional<List<Digest>> base = manifests
                .config(parent)
                .map(c -> OciJson.read(c, ImageConfig.class).rootfs().diffIds());
        if (base.isPresent() && Collections.indexOfSubList(image.diffIds(), base.get()) != 0) {
            throw new GatewayException.InvalidInput(
                    "the layers of the committed image do not begin with those of its parent " + parent);
        }
        return base.isPresent();
    }

    private Optional<Named> alreadyCommitted(String commitId, Optional<ImageReference> name, Digest manifest) {
        return manifestRows.ofCommit(commitId).map(row -> {
            if (!row.digest.equals(manifest.toString())) {
                throw new GatewayException.Conflict(
                        "commit " + commitId + " has named " + row.digest + " already, not " + manifest);
            }
            return new Named(name.orElse(null), manifest, Optional.of(Digest.parse(row.imageId)), false);
        });
    }

    /** {@code docker tag}: the image, as {@code source} names it, gets one more name. */
    public Named tag(Images.Resolved source, ImageReference target) throws IOException {
        List<Draft> drafts = QuarkusTransaction.requiringNew().call(() -> copies(source));
        return keeping.keep(Optional.of(target.repository()), drafts, kept -> {
            boolean newer = pointer.point(kept, target, Cause.TAG);
            if (kept.first().origin != Origin.PROXIED) {
                kept.repository().hosted = true;
            }
            return new Named(target, source.named(), Optional.of(source.image().id()), newer);
        });
    }

    /** What the name points at and, of an index, the manifests that are here. */
    private List<Draft> copies(Images.Resolved source) {
        Digest id = source.image().id();
        byte[] config = manifests.config(id).orElseThrow(() -> gone(source));
        Draft.OfImage of = new Draft.OfImage(id, source.image().manifest(), config, Optional.empty());
        ManifestBytes named = stored(source.named()).orElseThrow(() -> gone(source));
        ManifestContent content = ManifestContent.parse(named);
        List<Draft> drafts = new ArrayList<>();
        drafts.add(new Draft(content, Origin.TAGGED, Optional.of(of), true, true, Optional.empty()));
        for (Descriptor child : content.children()) {
            boolean own = child.digest().equals(source.image().manifest());
            stored(child.digest())
                    .ifPresent(c -> drafts.add(new Draft(
                            ManifestContent.parse(c),
                            Origin.TAGGED,
                            own ? Optional.of(of) : Optional.empty(),
                            true,
                            false,
                            Optional.empty())));
        }
        return drafts;
    }

    private static GatewayException.NotFound gone(Images.Resolved source) {
        return new GatewayException.NotFound("No such image: " + source.image().id());
    }

    private Optional<ManifestBytes> stored(Digest digest) {
        Optional<ManifestRow> row = manifestRows.list("digest", digest.toString()).stream()
                .filter(r -> r.held)
                .findFirst();
        return row.flatMap(r -> manifests.content(digest).map(c -> new ManifestBytes(c, r.mediaType, digest)));
    }
}
