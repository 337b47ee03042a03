package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/** An image or artifact manifest (image-spec, manifest.md; Docker schema 2). The bytes it was read from are what counts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        int schemaVersion,
        String mediaType,
        String artifactType,
        Descriptor config,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Descriptor> layers,
        Descriptor subject,
        Map<String, String> annotations) {
    public static Manifest of(String mediaType, Descriptor config, List<Descriptor> layers) {
        return new Manifest(2, mediaType, null, config, List.copyOf(layers), null, null);
    }
}
