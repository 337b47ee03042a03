package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The diffIDs of an image's layers, the base first (image-spec, config.md). */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RootFs(String type, @JsonProperty("diff_ids") List<Digest> diffIds) {
    public static RootFs of(List<Digest> diffIds) {
        return new RootFs("layers", List.copyOf(diffIds));
    }
}
