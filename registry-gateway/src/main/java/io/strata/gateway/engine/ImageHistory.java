package io.strata.gateway.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.strata.gateway.names.Images;
import io.strata.gateway.names.LayerSizes;
import io.strata.gateway.names.StoredImage;
import io.strata.oci.Digest;
import io.strata.oci.History;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code docker history}: the steps of an image, the last one first. */
@ApplicationScoped
class ImageHistory {
    private static final String MISSING = "<missing>";

    private final Images images;
    private final LayerSizes sizes;

    ImageHistory(Images images, LayerSizes sizes) {
        this.images = images;
        this.sizes = sizes;
    }

    /** {@code created} in seconds since 1970, {@code size} in bytes of the unpacked layer, 0 for a step without one. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Step(
            @JsonProperty("Comment") String comment,
            @JsonProperty("Created") long created,
            @JsonProperty("CreatedBy") String createdBy,
            @JsonProperty("Id") String id,
            @JsonProperty("Size") long size,
            @JsonProperty("Tags") List<String> tags) {}

    List<Step> of(String name) throws IOException {
        StoredImage image = images.resolve(name).image();
        List<History> history = image.content().config().history() == null
                ? List.of()
                : image.content().config().history();
        List<StoredImage> line = line(image, history.size());
        LayerSizes.Known known = sizes.of(List.of(image.content()));
        List<Step> steps = new ArrayList<>();
        int layer = 0;
        for (int i = 0; i < history.size(); i++) {
            History step = history.get(i);
            long size = 0;
            if (!step.emptyLayer() && layer < image.content().layers().size()) {
                size = known.size(image.content().layers().get(layer++));
            }
            int fromTop = history.size() - 1 - i;
            Optional<StoredImage> madeHere = fromTop < line.size() ? Optional.of(line.get(fromTop)) : Optional.empty();
            steps.add(new Step(
                    text(step.comment()),
                    seconds(step.created()),
                    text(step.createdBy()),
                    madeHere.map(m -> m.id().toString()).orElse(MISSING),
                    size,
                    madeHere.map(StoredImage::tags)
                            .filter(t -> !t.isEmpty())
                            .map(t -> t.stream().map(ImageReference::familiar).toList())
                            .orElse(null)));
        }
        return steps.reversed();
    }

    /** The image, its parent, and so on, as far as they are known: dockerd gives each the step it ended with. */
    private List<StoredImage> line(StoredImage image, int atMost) {
        List<StoredImage> line = new ArrayList<>();
        Optional<StoredImage> next = Optional.of(image);
        while (next.isPresent() && line.size() < atMost) {
            line.add(next.get());
            Optional<Digest> parent = next.get().parent();
            next = parent.flatMap(images::byId).map(Images.Resolved::image);
        }
        return line;
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }

    private static long seconds(String created) {
        try {
            return created == null ? 0 : OffsetDateTime.parse(created).toEpochSecond();
        } catch (DateTimeParseException notATime) {
            return 0;
        }
    }
}
