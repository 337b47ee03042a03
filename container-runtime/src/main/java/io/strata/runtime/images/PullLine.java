package io.strata.runtime.images;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.strata.oci.Digest;
import io.strata.runtime.layers.NodeLayer;
import java.util.List;

/** A line of the registry-gateway's {@code POST /pulls} (docs/architecture.md). */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PullLine.Resolved.class, name = "resolved"),
    @JsonSubTypes.Type(value = PullLine.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = PullLine.Stored.class, name = "stored"),
    @JsonSubTypes.Type(value = PullLine.Fetched.class, name = "fetched"),
    @JsonSubTypes.Type(value = PullLine.Failed.class, name = "error")
})
@JsonIgnoreProperties(ignoreUnknown = true)
sealed interface PullLine {
    /** The first line: what the reference names. {@code manifest} is what {@code Digest:} shows. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Resolved(
            String id, String reference, Digest manifest, Digest imageId, boolean upToDate, List<RemoteLayer> layers)
            implements PullLine {}

    /** Bytes of a blob that have come from upstream. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Progress(Digest digest, long current, long total) implements PullLine {}

    /** The blob is in the store. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Stored(Digest digest) implements PullLine {}

    /** Every blob is in the store. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Fetched() implements PullLine {}

    /** The pull is over. {@code status} is the Engine API's. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Failed(int status, String message) implements PullLine {}

    /** A layer of the image; {@code stored} when the cluster's store had it before the pull. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record RemoteLayer(Digest digest, Digest diffId, String mediaType, long size, boolean stored) {
        NodeLayer toNodeLayer() {
            return new NodeLayer(digest, diffId, mediaType, size);
        }
    }
}
