package io.strata.gateway.names;

import io.strata.gateway.errors.GatewayException;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.manifests.ManifestContent;
import io.strata.gateway.manifests.ManifestRow;
import io.strata.gateway.manifests.ManifestRows;
import io.strata.gateway.manifests.Manifests;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import io.strata.oci.InvalidReferenceException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the cluster's images are called: one list for all nodes. Reads only; {@link Naming} and {@link Removal} change it. */
@ApplicationScoped
@Transactional
public class Images {
    private static final Pattern ID_PREFIX = Pattern.compile("(?:sha256:)?([a-f0-9]{1,64})");

    private final ImageRows images;
    private final ManifestRows manifestRows;
    private final Manifests manifests;
    private final NameRows names;

    Images(ImageRows images, ManifestRows manifestRows, Manifests manifests, NameRows names) {
        this.images = images;
        this.manifestRows = manifestRows;
        this.manifests = manifests;
        this.names = names;
    }

    /**
     * What a text means.
     *
     * @param named     digest of what the name points at: an index' or the image's manifest
     * @param reference the name; empty when the text was an id
     * @param mediaType of the image's own manifest
     */
    public record Resolved(StoredImage image, Digest named, Optional<ImageReference> reference, String mediaType) {}

    /**
     * @param text a name as a user types it, an id with or without {@code sha256:}, or the beginning of one; a name wins
     * @throws GatewayException.NotFound with Docker's words
     * @throws InvalidReferenceException when it can be none of them
     */
    public Resolved resolve(String text) {
        if (text.matches("(?:sha256:)?[a-f0-9]{64}")) {
            return byId(Digest.parse(text.startsWith("sha256:") ? text : "sha256:" + text))
                    .orElseThrow(() -> noSuchImage(text));
        }
        if (Digest.tryParse(text).isPresent()) {
            return byId(Digest.parse(text)).orElseThrow(() -> noSuchImage(text));
        }
        // "sha256:abc" is a name to the grammar of names, and to Docker as well: the name is tried first.
        ImageReference reference = ImageReference.parse(text);
        return find(reference).or(() -> byIdPrefix(text)).orElseThrow(() -> noSuchImage(reference.familiar()));
    }

    /** @throws GatewayException.NotFound with Docker's words */
    private static GatewayException.NotFound noSuchImage(String familiar) {
        return new GatewayException.NotFound("No such image: " + familiar);
    }

    public Optional<Resolved> find(ImageReference reference) {
        return row(reference).filter(r -> r.imageId != null).flatMap(r -> resolved(r, Optional.of(reference)));
    }

    private Optional<ManifestRow> row(ImageReference reference) {
        if (reference.digest().isPresent()) {
            return images.byDigest(reference.repository(), reference.digest().get());
        }
        return images.byTag(reference.repository(), reference.tag().orElse(ImageReference.DEFAULT_TAG));
    }

    public Optional<Resolved> byId(Digest imageId) {
        return images.ofImage(imageId).stream()
                .filter(n -> n.manifest().listed)
                .min(Comparator.comparing((ImageRows.Named n) -> n.tag() == null))
                .flatMap(n -> resolved(n.manifest(), Optional.empty()));
    }

    private Optional<Resolved> byIdPrefix(String text) {
        var prefix = ID_PREFIX.matcher(text);
        if (!prefix.matches()) {
            return Optional.empty();
        }
        List<Digest> found = manifestRows.imagesByPrefix(prefix.group(1));
        return found.size() == 1 ? byId(found.getFirst()) : Optional.empty();
    }

    private Optional<Resolved> resolved(ManifestRow row, Optional<ImageReference> reference) {
        List<ImageRows.Named> rows = images.ofImage(Digest.parse(row.imageId));
        String mediaType = rows.stream()
                .map(ImageRows.Named::manifest)
                .filter(m -> m.digest.equals(row.imageManifest))
                .map(m -> m.mediaType)
                .findFirst()
                .orElse(row.mediaType);
        // The image as this row has it: another repository may have it in other layers' blobs.
        return stored(row, rows).map(image -> new Resolved(image, Digest.parse(row.digest), reference, mediaType));
    }

    /** Every image that has a name or had one, the newest first, as {@code docker images} sorts them. */
    public List<StoredImage> list() {
        Map<String, List<ImageRows.Named>> byImage = new LinkedHashMap<>();
        images.listed().forEach(n -> byImage.computeIfAbsent(n.manifest().imageId, k -> new ArrayList<>())
                .add(n));
        return byImage.values().stream()
                .flatMap(rows -> stored(rows.getFirst().manifest(), rows).stream())
                .sorted(Comparator.comparing((StoredImage i) -> created(i.content()))
                        .reversed())
                .toList();
    }

    /** When the image says that it was made; the epoch when it does not say. */
    public static Instant created(ImageContent image) {
        try {
            return image.config().created() == null
                    ? Instant.EPOCH
                    : java.time.OffsetDateTime.parse(image.config().created()).toInstant();
        } catch (java.time.format.DateTimeParseException notATime) {
            return Instant.EPOCH;
        }
    }

    private Optional<StoredImage> stored(ManifestRow first, List<ImageRows.Named> rows) {
        Digest id = Digest.parse(first.imageId);
        Map<String, ImageReference> tags = new TreeMap<>();
        Map<String, ImageReference> digests = new TreeMap<>();
        Optional<Instant> lastTagged = Optional.empty();
        for (ImageRows.Named row : rows) {
            if (row.repository() == null || !row.manifest().listed) {
                continue;
            }
            if (row.tag() != null) {
                ImageReference name =
                        ImageReference.ofRepository(row.repository(), Optional.of(row.tag()), Optional.empty());
                tags.put(name.familiar(), name);
                if (lastTagged.isEmpty() || row.taggedAt().isAfter(lastTagged.get())) {
                    lastTagged = Optional.of(row.taggedAt());
                }
            }
            if (row.manifest().origin.knownByDigest()) {
                ImageReference name = ImageReference.ofRepository(
                        row.repository(), Optional.empty(), Optional.of(Digest.parse(row.manifest().digest)));
                digests.put(name.familiar(), name);
            }
        }
        Digest manifest = Digest.parse(first.imageManifest);
        Optional<Instant> tagged = lastTagged;
        return manifests
                .image(id, manifest)
                .map(content -> new StoredImage(
                        content,
                        manifest,
                        List.copyOf(tags.values()),
                        List.copyOf(digests.values()),
                        manifestRows.parent(id),
                        tagged));
    }

    /** Whether the name points at this manifest already, and its image can be run: a pull has nothing to do. */
    public boolean isUpToDate(ImageReference reference, Digest manifest) {
        return row(reference)
                .filter(r -> r.digest.equals(manifest.toString()) && r.held && r.imageId != null)
                .isPresent();
    }

    /** Whether the repository was pushed to, committed to or tagged here: it never asks upstream on {@code /v2/}. */
    public boolean isHosted(String repository) {
        return names.find(repository).filter(r -> r.hosted).isPresent();
    }

    /** Whether the tag or digest was deleted here, and nobody pulled it by name since. */
    public boolean isDeleted(ImageReference reference) {
        return names.isBuried(reference.repository(), reference.tagOrDigest());
    }

    /**
     * The blob as a manifest describes it that came from the repository's upstream: then, and only then, upstream may be
     * asked for it.
     */
    public Optional<Descriptor> proxiedBlob(String repository, Digest blob) {
        return manifestRows
                .proxiedManifestOf(repository, blob)
                .flatMap(manifests::content)
                .map(ManifestContent::stored)
                .flatMap(m ->
                        m.blobs().stream().filter(b -> b.digest().equals(blob)).findFirst());
    }
}
