package io.strata.gateway.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.gateway.manifests.ImageContent;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.LayerSizes;
import io.strata.gateway.names.StoredImage;
import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code docker images}, by the rules of moby's {@code daemon/images/images.go}. */
@ApplicationScoped
class ImageList {
    private final Images images;
    private final LayerSizes sizes;

    ImageList(Images images, LayerSizes sizes) {
        this.images = images;
        this.sizes = sizes;
    }

    /** The Engine API's {@code ImageSummary}. Sizes in bytes; -1 is "not asked". */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Summary(
            @JsonProperty("Containers") int containers,
            @JsonProperty("Created") long created,
            @JsonProperty("Id") String id,
            @JsonProperty("Labels") Map<String, String> labels,
            @JsonProperty("ParentId") String parentId,
            @JsonProperty("RepoDigests") List<String> repoDigests,
            @JsonProperty("RepoTags") List<String> repoTags,
            @JsonProperty("SharedSize") long sharedSize,
            @JsonProperty("Size") long size,

            @JsonProperty("VirtualSize") @JsonInclude(JsonInclude.Include.NON_NULL)
            Long virtualSize) {}

    /** @param all also images without a name that others were made of */
    List<Summary> list(boolean all, ImageFilters filters, boolean sharedSize, EngineVersion version)
            throws IOException {
        List<StoredImage> everything = images.list();
        Set<Digest> parents = new HashSet<>();
        everything.forEach(i -> i.parent().ifPresent(parents::add));
        Optional<Instant> until = filters.until(Instant.now());
        Optional<Instant> before = bound(filters, "before", true);
        Optional<Instant> since = bound(filters, "since", false);
        LayerSizes.Known known =
                sizes.of(everything.stream().map(StoredImage::content).toList());
        Map<Digest, Integer> users = sharedSize ? users(everything) : Map.of();
        return everything.stream()
                .filter(i -> isIn(Images.created(i.content()), before, since, until))
                .filter(i -> filters.labelsHold(labels(i.content())))
                .filter(i -> isShown(i, all, filters, parents))
                .map(i -> summary(i, filters, known, sharedSize ? shared(i, known, users) : -1, version))
                .toList();
    }

    private Optional<Instant> bound(ImageFilters filters, String name, boolean earliest) {
        return filters.get(name).stream()
                .map(text -> Images.created(images.resolve(text).image().content()))
                .reduce((a, b) -> a.isBefore(b) == earliest ? a : b);
    }

    private static boolean isIn(
            Instant created, Optional<Instant> before, Optional<Instant> since, Optional<Instant> until) {
        return before.filter(t -> !created.isBefore(t)).isEmpty()
                && since.filter(t -> !created.isAfter(t)).isEmpty()
                && until.filter(t -> !created.isBefore(t)).isEmpty();
    }

    private static boolean isShown(StoredImage image, boolean all, ImageFilters filters, Set<Digest> parents) {
        Optional<Boolean> dangling = filters.dangling();
        boolean isParent = parents.contains(image.id());
        if (image.references().isEmpty()) {
            return (all || !isParent)
                    && dangling.orElse(true)
                    && !filters.has("reference")
                    && !(dangling.isPresent() && isParent);
        }
        if (image.references().stream().noneMatch(filters::referenceHolds)) {
            return false;
        }
        return !dangling.orElse(false) || image.isDangling() && !isParent;
    }

    private static Summary summary(
            StoredImage image, ImageFilters filters, LayerSizes.Known known, long shared, EngineVersion version) {
        long size = known.size(image.content());
        boolean oldNone = version.before(43) && image.references().isEmpty();
        Map<String, String> labels = labels(image.content());
        return new Summary(
                -1,
                Images.created(image.content()).getEpochSecond(),
                image.id().toString(),
                labels.isEmpty() ? null : labels,
                image.parent().map(Digest::toString).orElse(""),
                oldNone ? List.of("<none>@<none>") : familiar(image.digests(), filters),
                oldNone ? List.of("<none>:<none>") : familiar(image.tags(), filters),
                shared,
                size,
                version.before(44) ? size : null);
    }

    static Map<String, String> labels(ImageContent image) {
        return image.config().config() == null || image.config().config().labels() == null
                ? Map.of()
                : image.config().config().labels();
    }

    private static List<String> familiar(List<ImageReference> names, ImageFilters filters) {
        return names.stream()
                .filter(filters::referenceHolds)
                .map(ImageReference::familiar)
                .toList();
    }

    /** In how many images each layer is. */
    private static Map<Digest, Integer> users(Collection<StoredImage> images) {
        Map<Digest, Integer> users = new HashMap<>();
        images.forEach(i -> new HashSet<>(i.content().diffIds()).forEach(d -> users.merge(d, 1, Integer::sum)));
        return users;
    }

    private static long shared(StoredImage image, LayerSizes.Known known, Map<Digest, Integer> users) {
        List<Descriptor> layers = image.content().layers();
        long sum = 0;
        for (int i = 0; i < layers.size(); i++) {
            if (users.getOrDefault(image.content().diffIds().get(i), 0) > 1) {
                sum += known.size(layers.get(i));
            }
        }
        return sum;
    }
}
