package io.strata.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/** What some bytes are, how many, and their digest (image-spec, descriptor.md). {@code size} is in bytes. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Descriptor(
        String mediaType,
        Digest digest,
        @JsonInclude(JsonInclude.Include.ALWAYS) long size,
        List<String> urls,
        Map<String, String> annotations,
        Platform platform,
        String artifactType) {
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, null, null, null, null);
    }
}
