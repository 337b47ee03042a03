package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An image index or Docker manifest list (image-spec, image-index.md). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Index(
        int schemaVersion,
        String mediaType,
        String artifactType,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Descriptor> manifests,
        Descriptor subject,
        Map<String, String> annotations) {
    /** The first child for {@code wanted}; an exact variant is preferred to none. */
    public Optional<Descriptor> select(Platform wanted) {
        Optional<Descriptor> exact = manifests.stream()
                .filter(m -> m.platform() != null
                        && m.platform().fits(wanted)
                        && java.util.Objects.equals(m.platform().variant(), wanted.variant()))
                .findFirst();
        return exact.or(() -> manifests.stream()
                .filter(m -> m.platform() != null && m.platform().fits(wanted))
                .findFirst());
    }
}
